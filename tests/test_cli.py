"""The command as people and scripts meet it: exit codes, streams, formats, and no traceback for a user's fault."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gitramp.cli import answers, commands, main
from gitramp.cli.console import Console
from gitramp.problem import UsageError

ROOT = Path(__file__).resolve().parents[1]

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
WEIGHT = "rendered/production/services/search/virtualservice.yaml:/spec/http/1/route/1/weight"


def edit(workspace: Path, old: str, new: str, overlay: str = "production") -> None:
    path = workspace / "environments" / f"{overlay}.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def files(workspace: Path) -> dict[str, bytes]:
    found = (path for path in (workspace / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(workspace).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_the_commands_and_exit_codes(gitramp: Gitramp, option: str) -> None:
    done = gitramp(option)
    assert done.returncode == 0
    for word in ("render", "validate", "commit", "explain", "set", "--version", "-C DIR", "--install-completion"):
        assert word in done.stdout
    assert "0 clean, 1 findings or drift, 2 usage" in done.stdout


@pytest.mark.parametrize("command", ["render", "validate", "commit", "explain", "set", "report"])
def test_each_command_explains_itself(gitramp: Gitramp, command: str) -> None:
    done = gitramp(command, "--help")
    assert done.returncode == 0
    for option in ("--output", "--quiet", "-C DIR"):
        assert option in done.stdout


def test_version_is_the_package_s(gitramp: Gitramp) -> None:
    text = (ROOT / "generator" / "gitramp" / "__init__.py").read_text()
    (version,) = re.findall(r'__version__ = "(.+)"', text)
    assert gitramp("--version").stdout == f"gitramp {version}\n"


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\ntry:\n    sys.argv=['gitramp','--help']; from gitramp.cli import main; main()\n"
        "except SystemExit:\n"
        "    heavy={'pydantic','rich','git','jsonschema','jsonschema_rs','yaml','gitramp.pipeline'}\n"
        "    print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rendr"], "Did you mean 'render'?"),
        (["render", "--wrong"], "No such option"),
        (["render", "--output", "yaml"], "'yaml' is not one of"),
        (["render", "-e", "prodution"], "did you mean production?"),
        (["render", "-e", "base"], "base is a Layer"),
        (["-C", "nowhere", "render"], "there is no folder nowhere"),
        (["explain", "GR999"], "there is no code GR999"),
        (["explain", "README.md"], "neither a code nor a file below rendered/"),
        (
            ["explain", "rendered/production/services/serch/virtualservice.yaml:/spec"],
            "did you mean rendered/production/",
        ),
        (["explain", WEIGHT.replace("weight", "wait")], "has no field /spec/http/1/route/1/wait"),
        (["set", "search", "canary.weight", "25"], "name the environment with -e"),
    ],
)
def test_usage_ends_with_2_and_a_hint(example: Path, gitramp: Gitramp, arguments: list[str], said: str) -> None:
    done = gitramp(*arguments, cwd=example)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def run(example: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in the example, in which $GITRAMP is the command."""
    environment = {**os.environ, "GITRAMP": f"{sys.executable} -m gitramp"}
    return subprocess.run(
        ["bash", "-c", script], cwd=example, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("$GITRAMP validate > /dev/full", 4, "the machine refuses: [Errno 28] No space left on device"),
        ("$GITRAMP --help > /dev/full", 4, "No space left on device"),
        ("$GITRAMP validate >&-", 0, ""),
        ("$GITRAMP explain GR999 2>&-", 2, ""),
        ("mkdir gone; cd gone; rmdir ../gone; $GITRAMP validate", 2, "the current folder cannot be looked into"),
        ("$GITRAMP validate -C $(printf 'a%.0s' {1..5000})", 2, "cannot be looked into: File name too long"),
        ("$GITRAMP set search $'\\xff' 1 -e dev", 2, "is not UTF-8 text"),
        ("$GITRAMP set search env.A $'\\xff' -e dev", 2, "is not UTF-8 text"),
        ("$GITRAMP validate -C $'\\xff'", 2, "there is no folder"),
    ],
)
def test_what_the_machine_refuses_is_no_bug(example: Path, script: str, code: int, said: str) -> None:
    done = run(example, script)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_folder_without_environments_is_usage(gitramp: Gitramp, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = gitramp("render", cwd=tmp_path / "empty")
    assert done.returncode == 2
    assert "name the workspace with -C DIR" in done.stderr


def test_directory_option_works_before_and_after_the_command(example: Path, gitramp: Gitramp) -> None:
    before = gitramp("-C", str(example), "validate", "-q")
    after = gitramp("validate", "-q", "-C", str(example))
    inside = gitramp("validate", "-q", cwd=example / "rendered" / "dev")
    assert [before.returncode, after.returncode, inside.returncode] == [0, 0, 0]
    assert before.stdout == after.stdout == inside.stdout == ""


def test_findings_are_told_in_the_words_of_the_design(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "weight: 110")
    before = files(example)
    for command, said in (("render", "1 error; nothing was written"), ("validate", "1 error")):
        done = gitramp(command, cwd=example)
        assert done.returncode == 1
        first, source, caret, remedy, last = done.stdout.splitlines()
        assert first == "environments/production.yaml:15:15: error GR204 canary weight 110 is outside 0..100"
        assert source == "    15 |       weight: 110"
        assert caret == "       |               ^"
        assert remedy == "    choose a whole number from 0 to 100; stable gets the rest"
        assert last == said
    assert files(example) == before


def test_all_faults_of_all_environments_are_told_in_one_run(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "wieght: 10")
    edit(example, "replicas: 1", "replicas: one", "dev")
    edit(example, "minReplicas: 2", "minReplicas: 9", "base")
    done = gitramp("validate", "--quiet", cwd=example)
    codes = re.findall(r"^environments/(\w+)\.yaml:\d+:\d+: error (GR\d+)", done.stdout, re.MULTILINE)
    assert sorted(codes) == [("base", "GR304"), ("dev", "GR103"), ("dev", "GR103"), ("production", "GR101")]


def test_check_names_files_and_reasons(example: Path, gitramp: Gitramp) -> None:
    assert gitramp("render", "--check", cwd=example).returncode == 0
    edit(example, "weight: 10", "weight: 25")
    (example / "rendered" / "dev" / "services" / "namespace.yaml").unlink()
    before = files(example)
    done = gitramp("render", "--check", cwd=example)
    assert done.returncode == 1
    assert (
        "virtualservice.yaml:37:1: error GR701 has `weight: 90` where the overlays render `weight: 75`" in done.stdout
    )
    assert "rendered/dev/services/namespace.yaml:1:1: error GR701 is missing" in done.stdout
    assert gitramp("validate", cwd=example).returncode == 1
    assert gitramp("validate", "--no-drift", cwd=example).returncode == 0
    assert files(example) == before


def test_diff_applies(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "weight: 25")
    edit(example, "replicas: 1\n    podDisruptionBudget: null", "replicas: 1", "dev")
    edit(example, "runAsUser: 101", "runAsUser: 102", "base")
    done = gitramp("render", "--diff", cwd=example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "+          weight: 75" in done.stdout
    subprocess.run(["git", "apply", "-"], cwd=example, input=done.stdout, text=True, check=True)
    assert gitramp("render", "--check", cwd=example).returncode == 0


def test_hooks_are_told_when_files_were_written(example: Path, gitramp: Gitramp) -> None:
    assert gitramp("render", "--fail-if-changed", cwd=example).returncode == 0
    edit(example, "weight: 10", "weight: 25")
    done = gitramp("render", "--fail-if-changed", "--quiet", cwd=example)
    assert done.returncode == 1
    assert "git add rendered" in done.stdout
    assert gitramp("render", "--fail-if-changed", cwd=example).returncode == 0


def test_json_is_one_envelope_for_success_findings_and_errors(example: Path, gitramp: Gitramp) -> None:
    clean = json.loads(gitramp("validate", "-o", "json", cwd=example).stdout)
    assert (clean["apiVersion"], clean["kind"], clean["exitCode"]) == ("gitramp/v1alpha1", "Result", 0)
    assert clean["findings"] == []
    assert clean["outcome"]["verified"]["objects"] == 132
    (search,) = [s for s in clean["outcome"]["environments"][1]["services"] if s["name"] == "search"]
    assert (search["stable"], search["canary"], search["tracks"]) == ("v1", {"track": "v2", "weight": 10}, ["v1", "v2"])
    usage = gitramp("render", "-e", "nope", "-o", "json", cwd=example)
    assert usage.returncode == json.loads(usage.stdout)["exitCode"] == 2
    machine = gitramp("commit", "-o", "json", cwd=example)
    assert machine.returncode == json.loads(machine.stdout)["exitCode"] == 4
    assert json.loads(machine.stdout)["error"]["code"] == "GR801"
    explained = json.loads(gitramp("explain", WEIGHT, "-o", "json", cwd=example).stdout)["explained"]
    assert explained["value"] == 10
    assert explained["causes"][0]["settings"] == [
        {"place": "environments/production.yaml:15:15", "value": "10", "wins": True}
    ]
    edit(example, "weight: 10", "weight: 110")
    refused = json.loads(gitramp("render", "-o", "json", cwd=example).stdout)
    (finding,) = refused["findings"]
    assert (finding["code"], finding["path"], finding["line"], finding["column"]) == (
        "GR204", "environments/production.yaml", 15, 15,
    )  # fmt: skip


def test_github_annotations_are_escaped(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", '"a%\\n::error::b,c:d": 10')
    done = gitramp("validate", "-o", "github", cwd=example)
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("::error file=environments/production.yaml,line=15,col=7,title=GR101 an unknown key::")
    assert "%25" in line


def test_explain_prints_code_chain_and_derivation(example: Path, gitramp: Gitramp) -> None:
    assert gitramp("explain", "gr204", cwd=example).stdout.startswith(
        "GR204 (error, traffic): a canary weight that is no"
    )
    edit(example, "  search:\n", "  search:\n    canary: {track: v2, weight: 3}\n", "base")
    edit(
        example,
        "    tracks:\n      v1: {}\n    stable: v1\n",
        "    tracks:\n      v1: {}\n      v2: {}\n    stable: v1\n",
        "base",
    )
    said = gitramp("explain", WEIGHT, cwd=example).stdout
    assert "computed: canary.weight; stable gets 90 = 100 - canary.weight" in said
    assert re.search(r"environments/base\.yaml:\d+:\d+  3\n    environments/production\.yaml:15:15  10  <- wins", said)


def test_colour_only_where_it_is_wanted(example: Path) -> None:
    edit(example, "weight: 10", "weight: 110")
    argv = [sys.executable, "-m", "gitramp", "validate"]
    for extra, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "TERM": "xterm", **extra}
        shell = f"{' '.join(argv)}"
        done = subprocess.run(
            ["script", "-qec", shell, "/dev/null"], cwd=example, env=env, capture_output=True, text=True, check=False
        )
        assert ("\x1b[31merror GR204\x1b[0m" in done.stdout) == coloured


def test_terminal_without_unicode_is_told_all_the_same(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "wéight: 10")
    done = gitramp("validate", cwd=example, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 1
    assert r"unknown key `w\xe9ight`" in done.stdout


def test_reader_that_goes_away_leaves_no_traceback(example: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    shell = f"{sys.executable} -m gitramp validate | true"
    done = subprocess.run(["sh", "-c", shell], cwd=example, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_interrupt_ends_with_130(example: Path) -> None:
    """The lock is held by somebody else, so that the command waits where it can be interrupted."""
    (example / ".gitramp").mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    with (example / ".gitramp" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        running = subprocess.Popen(
            [sys.executable, "-m", "gitramp", "render"], cwd=example, env=env, stderr=subprocess.PIPE, text=True
        )
        while not (example / ".gitramp" / ".gitignore").exists():
            time.sleep(0.05)
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in said


def test_bug_of_ours_says_so_and_ends_with_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, example: Path
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(commands, "preview", broken)
    monkeypatch.setattr(sys, "argv", ["gitramp", "-C", str(example), "validate"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "ZeroDivisionError: inside" in said
    assert "This is a bug in gitramp" in said
    assert "issues" in said


def test_completion_can_be_shown(gitramp: Gitramp) -> None:
    done = gitramp(_GITRAMP_COMPLETE="source_bash")
    assert "complete -o default" in done.stdout
    assert "gitramp" in done.stdout


def test_no_command_is_usage_and_shows_the_help(gitramp: Gitramp) -> None:
    done = gitramp()
    assert done.returncode == 2
    assert "Exit codes: 0 clean" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_head_of_the_output_can_be_taken(example: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    shell = f"{sys.executable} -m gitramp validate | head -1"
    done = subprocess.run(["sh", "-c", shell], cwd=example, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["ENVIRONMENT", "SERVICE", "HOSTS", "TRACKS", "TRAFFIC"]
    assert done.stderr == ""


def test_only_the_named_environments_are_written(example: Path, gitramp: Gitramp) -> None:
    edit(example, "runAsUser: 101", "runAsUser: 102", "base")
    done = gitramp("render", "-e", "dev", "--environment", "staging", "-o", "json", cwd=example)
    changes = {change["path"].split("/")[1] for change in json.loads(done.stdout)["outcome"]["changes"]}
    assert changes == {"dev", "staging"}
    assert gitramp("render", "--check", "-q", "-e", "dev", cwd=example).returncode == 0
    assert gitramp("render", "--check", "-q", "-e", "production", cwd=example).returncode == 1


def test_quiet_says_nothing_but_findings(example: Path, gitramp: Gitramp) -> None:
    for command in (["render"], ["render", "--check", "--diff"]):
        done = gitramp(*command, "--quiet", cwd=example)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    edit(example, "weight: 10", "weight: 110")
    assert len(gitramp("validate", "--quiet", cwd=example).stdout.splitlines()) == 4


SERVICE = "rendered/dev/services/search/service.yaml"


@pytest.mark.parametrize(
    "target",
    [
        f"{SERVICE}:spec",
        f"{SERVICE}:/spec/ports/9",
        f"{SERVICE}:/spec/ports/-1",
        f"{SERVICE}:/spec/\u00b2",
        f"{SERVICE}:/",
        f"{SERVICE}:/metadata/name/x",
        f"{SERVICE}:/spec/ports/0/port/1",
        "rendered/nope/services/search/service.yaml",
        "rendered/dev",
        "rendered",
        "",
        "GR",
        "GR\u00b2",
    ],
)
def test_explain_refuses_what_names_nothing(example: Path, target: str) -> None:
    with pytest.raises(UsageError):
        answers.explain(Console("explain", directory=example), target)


@pytest.mark.parametrize("target", [f"./{SERVICE}:/spec/ports/0", "GR204"])
def test_explain_answers_in_every_format(example: Path, gitramp: Gitramp, target: str) -> None:
    text, annotated, enveloped = (
        gitramp("explain", target, "-o", output, cwd=example) for output in ("text", "github", "json")
    )
    assert [text.returncode, annotated.returncode, enveloped.returncode] == [0, 0, 0]
    assert text.stdout == annotated.stdout != ""
    assert json.loads(enveloped.stdout)["explained"]


@pytest.mark.parametrize(
    ("line", "command", "said"),
    [
        ("rendr -o json", "", "No such command 'rendr'. Did you mean 'render'?"),
        ("validate --wrong --output json", "validate", "No such option: --wrong"),
        ("canary advance -ojson --weight 5", "canary advance", "No such option: --weight"),
    ],
)
def test_command_line_that_cannot_be_read_is_json_too(gitramp: Gitramp, line: str, command: str, said: str) -> None:
    done = gitramp(*line.split())
    told = json.loads(done.stdout)
    assert (done.returncode, told["exitCode"], told["command"]) == (2, 2, command)
    assert said in told["error"]
    assert done.stderr == ""


def test_refused_step_is_told_with_the_commit_that_it_starts_from(
    example: Path, gitramp: Gitramp, identity: None
) -> None:
    for argv in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
        subprocess.run(["git", *argv], cwd=example, check=True)
    edit(example, "weight: 10", "weight: 100")
    done = gitramp("validate", cwd=example)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=example, capture_output=True, text=True, check=True).stdout
    assert "GR510" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(f"; the step from commit {head[:12]} was judged with them")


def test_json_is_json_on_a_terminal_without_unicode(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "w\u00e9ight: 10")
    done = gitramp("validate", "-o", "json", cwd=example, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    (finding,) = json.loads(done.stdout)["findings"]
    assert "`w\u00e9ight`" in finding["message"]


def test_fault_of_the_machine_is_told_in_every_format(example: Path, gitramp: Gitramp) -> None:
    (example / ".gitramp").write_text("")
    for output in ("text", "github"):
        done = gitramp("render", "-o", output, cwd=example)
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr.startswith("error GR706 ")
    enveloped = json.loads(gitramp("render", "-o", "json", cwd=example).stdout)
    assert (enveloped["exitCode"], enveloped["error"]["code"], enveloped["findings"]) == (4, "GR706", [])


def test_drift_is_annotated_at_the_rendered_line(example: Path, gitramp: Gitramp) -> None:
    edit(example, "weight: 10", "weight: 25")
    lines = gitramp("render", "--check", "-o", "github", cwd=example).stdout.splitlines()
    (weights,) = [line for line in lines if "virtualservice.yaml" in line]
    assert weights.startswith("::error file=rendered/production/services/search/virtualservice.yaml,line=37,col=1,")
    assert "has `weight%3A 90`" not in weights
    assert "has `weight: 90` where the overlays render `weight: 75`" in weights


def test_every_code_is_listed(gitramp: Gitramp, tmp_path: Path) -> None:
    listed = gitramp("codes", cwd=tmp_path).stdout.splitlines()
    told = json.loads(gitramp("codes", "--output", "json", cwd=tmp_path).stdout)["codes"]
    assert [line.split()[0] for line in listed] == [code["code"] for code in told]
    assert "GR204  error    a canary weight that is no whole number from 0 to 100" in listed
    assert all(code["title"] and code["why"] and code["remedy"] and code["severity"] for code in told)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("canary abort", "Required where there are several"),
        ("set", "Required where there are several"),
        ("canary advance", "Default: all"),
        ("canary run", "Default: all"),
        ("release", "Default: all"),
        ("canary start", "of a new track use `canary set`"),
        ("canary start", "minutes, hours or days"),
    ],
)
def test_help_of_a_verb_says_what_happens_without(gitramp: Gitramp, command: str, said: str) -> None:
    assert said in " ".join(gitramp(*command.split(), "--help").stdout.split())

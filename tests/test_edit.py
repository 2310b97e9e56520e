"""`gitramp set`: one value changes, the rest of the file stays, and nothing invalid is written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitramp import overlays, yamlio
from gitramp.problem import ToolError
from gitramp.source import Scalar, plain

FILE = b"""\
# head

services:
  search:   # trailing words
    env: {LEVEL: info, OLD: 'on'}
    canary:
        track:  v2

        weight: 10 # percent
    gone: null
    image: "ghcr.io/acme/search:1.4.2" # {"$imagepolicy": "apps:search"}
"""


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (["services", "search", "canary", "weight"], 25, b"weight: 25 # percent"),
        (["services", "search", "image"], "ghcr.io/acme/search:1.5.0", b'image: "ghcr.io/acme/search:1.5.0" # {"$im'),
        (["services", "search", "env", "LEVEL"], "on", b'LEVEL: "on"'),
    ],
)
def test_value_is_changed_and_words_around_it_stay(path: list[str], value: Scalar, line: bytes) -> None:
    edited = yamlio.edit(FILE, path, value)
    assert line in edited
    for words in (b"# head", b"# trailing words", b"# percent", b"gone: null", b"'on'", b'{"$imagepolicy"'):
        assert words in edited
    assert plain(yamlio.read("f", edited)) == with_value(plain(yamlio.read("f", FILE)), path, value)


def test_scalar_is_replaced_byte_for_byte() -> None:
    """Also where the file is not laid out as ruamel.yaml would lay it out."""
    assert yamlio.edit(FILE, ["services", "search", "canary", "weight"], 25) == FILE.replace(b"10 #", b"25 #")
    image = ["services", "search", "image"]
    assert yamlio.edit(FILE, image, "a'b:1") == FILE.replace(b'"ghcr.io/acme/search:1.4.2"', b'"a\'b:1"')
    assert yamlio.edit(FILE, ["services", "search", "env", "OLD"], "it's") == FILE.replace(b"'on'", b"'it''s'")
    assert yamlio.edit(FILE, ["services", "search", "gone"], 1) == FILE.replace(b"gone: null", b"gone: 1")


def test_value_behind_an_alias_changes_in_its_own_place_only() -> None:
    edited = yamlio.edit(b"a: &x 1\nb: *x\n", ["b"], 2)
    assert plain(yamlio.read("f", edited)) == {"a": 1, "b": 2}


def test_comma_does_not_end_a_value_in_braces() -> None:
    edited = yamlio.edit(b"a: {b: c, d: e}\n", ["a", "b"], "x, y")
    assert plain(yamlio.read("f", edited)) == {"a": {"b": "x, y", "d": "e"}}


def with_value(tree: dict[str, object], path: list[str], value: Scalar) -> dict[str, object]:
    node: dict[str, object] = tree
    for step in path[:-1]:
        below = node[step]
        assert isinstance(below, dict)
        node = below
    node[path[-1]] = value
    return tree


def test_same_value_leaves_every_byte() -> None:
    assert yamlio.edit(FILE, ["services", "search", "canary", "weight"], 10) == FILE


def test_missing_mappings_are_made() -> None:
    edited = yamlio.edit(b"kind: Environment\n", ["services", "search", "replicas"], 2)
    assert edited == b"kind: Environment\nservices:\n  search:\n    replicas: 2\n"


def test_text_that_looks_like_a_number_is_quoted() -> None:
    assert plain(yamlio.read("f", yamlio.edit(b"a: 1\n", ["tag"], "1.10"))) == {"a": 1, "tag": "1.10"}


def test_line_ends_and_byte_order_mark_stay() -> None:
    assert yamlio.edit(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", ["a"], 3) == b"\xef\xbb\xbfa: 3\r\nb: 2\r\n"


def test_a_scalar_on_the_way_is_no_mapping() -> None:
    with pytest.raises(KeyError, match="a"):
        yamlio.edit(b"a: 1\n", ["a", "b"], 2)


Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def test_command_edits_the_environment_and_keeps_the_comments(example: Path, gitramp: Gitramp) -> None:
    before = (example / "environments" / "production.yaml").read_text()
    done = gitramp("set", "search", "canary.weight", "25", "-e", "production", cwd=example)
    assert done.returncode == 0, done.stderr
    assert "+      weight: 25" in done.stdout
    assert (example / "environments" / "production.yaml").read_text() == before.replace("weight: 10", "weight: 25")


def test_value_lands_in_the_file_of_the_service_where_there_is_one(tmp_path: Path, gitramp: Gitramp) -> None:
    shutil.copytree(Path(__file__).parent / "cases" / "service-files" / "environments", tmp_path / "environments")
    assert gitramp("set", "search", "replicas", "3", "-e", "staging").returncode == 0
    assert (tmp_path / "environments" / "staging" / "services" / "search.yaml").read_text() == "replicas: 3\n"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("canary.weight", "110", "error GR204"),
        ("canary.wieght", "25", "did you mean `weight`?"),
        ("canary.track", "v9", "error GR201"),
        ("canary.weight.deep", "1", "is not a mapping"),
    ],
)
def test_nothing_invalid_is_written(example: Path, gitramp: Gitramp, key: str, value: str, said: str) -> None:
    before = (example / "environments" / "production.yaml").read_bytes()
    done = gitramp("set", "search", key, value, "-e", "production", cwd=example)
    assert done.returncode in {1, 2}
    assert said in done.stdout + done.stderr
    assert (example / "environments" / "production.yaml").read_bytes() == before
    assert not list((example / "environments").glob(".*"))


def test_tag_that_reads_as_a_number_is_taken_as_text(example: Path, gitramp: Gitramp) -> None:
    assert gitramp("set", "search", "env.VERSION", "1.10", "-e", "dev", cwd=example).returncode == 0
    assert "VERSION: '1.10'" in (example / "environments" / "dev.yaml").read_text()


def test_unwritable_overlay_is_told(example: Path) -> None:
    """A folder where the passing file should go stands for any disk that refuses."""
    (example / "environments" / ".production.yaml.gitramp").mkdir()
    with pytest.raises(ToolError, match="GR027"):
        overlays.save(example, "environments/production.yaml", b"kind: Environment\n")

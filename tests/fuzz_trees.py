"""Trees made odd at random, by the hundred thousand: each ends in findings or in none, never in an exception.

    python tests/fuzz_trees.py [TREES] [SEED]

A tree is some objects of all that is rendered here and of the corpus, with values taken away, doubled, or put in the
place of others. It is written, read back, judged by every rule and schema, and reported in every format. `make fuzz`
runs 100,000; the seed and number of a tree that fails are told, so that it can be made again.
"""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from gitramp import checks, foreign, report, schemas, yamlio
from gitramp.pipeline.build import located
from gitramp.pointer import Pointer
from gitramp.problem import Finding, Report
from gitramp.report.machine import envelope
from gitramp.source import Snapshot
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
ODD: Sequence[Any] = (
    None, True, False, 0, -1, 1, 65536, 2**63, 10**30, 1.5, float("inf"), float("nan"), "", " ", "a", "A.b_c", "*", "/",
    "a/b/c", "0", "-1", "1e3", "10Gi", "5m", "150%", "10.0.0.0/8", "a" * 300, "\u202e\x1b[31m", "::error::x", "]]>",
    "${{ x }}", "http://a:b@c/d", "a.b.svc.cluster.local", [], {}, [[]], [{}], [None], {"": ""}, {"a": {"b": []}},
    {"name": "x"}, [{"name": "x"}, {"name": "x"}],
)  # fmt: skip


def seeds() -> list[Any]:
    """Return sound objects of every kind there is here."""
    folders = [*ROOT.glob("rendered/*"), *ROOT.glob("examples/*/rendered/*"), ROOT / "tests" / "corpus"]
    return [document for folder in folders for _, document in read(foreign.snapshot(folder, folder.name))]


def read(taken: Snapshot) -> tuple[tuple[Pointer, Any], ...]:
    """Return the documents of files that are sound."""
    documents = foreign.read(taken, "fuzz")
    assert not documents.findings
    return documents.documents


def made_odd(tree: Any, random: Random) -> Any:
    """Return a copy with one value changed somewhere in it."""
    copied = copy.deepcopy(tree)
    around, step = random.choice(list(_places(copied)) or [({"": copied}, "")])
    ways = ["replace", "replace", "drop", "double", "borrow"]
    way = random.choice(ways)
    if way == "drop":
        del around[step]
    elif way == "double" and isinstance(around, list):
        around.append(copy.deepcopy(around[step]))
    elif way == "borrow":
        other, at = random.choice(list(_places(copied)))
        around[step] = copy.deepcopy(other[at])
    else:
        around[step] = copy.deepcopy(random.choice(ODD))
    return copied


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, child in list(children):
        yield tree, step
        yield from _places(child)


def judge(documents: Sequence[Any], folders: Sequence[Path]) -> Report:
    """Take documents through what `gitramp validate --tree` does, but for kubeconform."""
    taken = Snapshot({f"{i}.yaml": _written(document) for i, document in enumerate(documents)})
    found = foreign.read(taken, "fuzz")
    unsound = [(code, breach) for at, d in found.documents for code, breach in checks.check_document(d, at)]
    findings: list[Finding] = [*found.findings, *located(unsound, found.values)]
    if not findings:
        manifests = foreign.objects(found, "default")
        said = (*checks.check_manifests(manifests), *schemas.apply(manifests, folders))
        findings.extend(located(said, found.values))
    told = Report.of(findings)
    assert all(finding.mark for finding in told), "a finding without a place"
    lines = report.findings_text(told, report.Style()).splitlines()
    assert all(line.isprintable() for line in lines), "a control character in what a terminal gets"
    report.annotate(told)
    envelope("validate", 1, findings=told)
    return told


def _written(document: Any) -> bytes:
    try:
        return yamlio.write(document, "fuzz")
    except (ValueError, TypeError, AttributeError):  # what has no canonical form is written as text
        return str(document).encode("utf-8", "backslashreplace")


def main() -> int:
    """Make trees, judge them, and print how they ended."""
    trees = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    sound, folders = seeds(), Workspace(ROOT).schema_folders("1.37", "1.31")
    started, clean = time.monotonic(), 0
    for number in range(trees):
        random = Random(f"{seed}/{number}")
        chosen = random.sample(sound, random.randint(1, 8))
        for _ in range(random.randint(1, 4)):
            position = random.randrange(len(chosen))
            chosen[position] = made_odd(chosen[position], random)
        try:
            clean += not len(judge(chosen, folders))
        except Exception:
            print(f"tree {number} of seed {seed} ends in an exception", flush=True)
            raise
    seconds = time.monotonic() - started
    print(f"{trees:,} trees, {trees - clean:,} with findings, {clean:,} with none, no exception; {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

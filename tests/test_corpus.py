"""Sound objects of every kind that people write by hand, after the tasks in Istio's documentation: no error is found.

Each file of `corpus/` is judged together with the application in `library.yaml`. All of them are accepted by a real API
server and by Istio's own validation; `make conformance` asks both.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gitramp import foreign
from gitramp.pipeline import Given, platform, validate_tree
from gitramp.problem import Severity
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus"
LIBRARY = "library.yaml"
AT_LEAST = 100


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.glob("*.yaml")))
def test_what_is_sound_has_no_error(name: str, tmp_path: Path) -> None:
    for file in {name, LIBRARY}:
        (tmp_path / file).write_bytes((CORPUS / file).read_bytes())
    judged = validate_tree(Workspace(ROOT), Given(str(tmp_path), platform("", "")))
    assert [f"{f.mark} {f.code} {f.message}" for f in judged.report if f.severity is Severity.ERROR] == []


def test_the_corpus_is_large_enough() -> None:
    documents = foreign.read(foreign.snapshot(CORPUS, "corpus"), "corpus")
    assert not documents.findings
    assert len(documents.documents) >= AT_LEAST
    assert len({document["kind"] for _, document in documents.documents}) >= 20

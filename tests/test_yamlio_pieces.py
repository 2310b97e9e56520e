"""A file that is read in pieces says what it says as a whole."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from gitramp import yamlio
from gitramp.problem import InputRejected
from gitramp.source import plain

HEAD = "kind: Environment\nservices:\n"
TWO = f"{HEAD}  a:\n    port: 1\n  b:\n    port: 2\n"


def as_a_whole(content: bytes) -> object:
    try:
        return plain(yamlio.read("x.yaml", content))
    except InputRejected as rejected:
        return [str(finding) for finding in rejected.report]


def in_pieces(content: bytes) -> object:
    try:
        return plain(yamlio.read_in_pieces("x.yaml", content, "services", functools.cache(yamlio.read)))
    except InputRejected as rejected:
        return [str(finding) for finding in rejected.report]


def pieces_of(text: str) -> list[bytes]:
    """Return what is read of a file."""
    asked: list[bytes] = []

    def read(path: str, content: bytes) -> object:
        asked.append(content)
        return yamlio.read(path, content)

    yamlio.read_in_pieces("x.yaml", text.encode(), "services", read)  # type: ignore[arg-type]
    return asked


def test_each_entry_is_read_for_itself() -> None:
    assert pieces_of(f"{TWO}# end\npolicy: {{}}\n") == [
        b"kind: Environment\n",
        b"policy: {}\n",
        b"  a:\n    port: 1\n",
        b"  b:\n    port: 2\n# end\n",
    ]
    assert len(pieces_of(TWO.replace("\n", "\r\n"))) == 3
    assert len(pieces_of(f"---\n{TWO}")) == 3


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        TWO.replace("\n", "\r\n"),
        TWO.replace("\n", "\r"),
        f"\ufeff{TWO}",
        f"---\n{TWO}...\n",
        f"---\n---\n{TWO}",
        f"---\n%YAML 1.2\n{TWO}",
        f"{TWO}---\nkind: Layer\n",
        f"%YAML 1.2\n---\n{TWO}",
        f"{HEAD}  a: {{port: 1,\n  b:\n   2}}\n  c: 3\n",
        f"{HEAD}  a: 'it\n  b:\n    port: 2'\n  c: 3\n",
        f'{HEAD}  a: "x\n  b:\n  y"\n  c: "\n  d:\n  "\n',
        f"{HEAD}  a: it\n   b\n  c: 3\n",
        f"{HEAD}  a: |\n    b:\n     c\n\n  # no\n  d: >+\n    e\n\n\npolicy: {{}}\n",
        f"{HEAD}  a: |2\n      b:\n  c: 1\n",
        f"{HEAD}  a: &x {{port: 1}}\n  b: *x\n",
        f"{HEAD}  a: &x {{port: 1, y: &z 1, w: *z}}\n  b: &z 2\n",
        'note: "a\nservices:\n  b:\n    c: 1\nd"\nx: 1\n',
        "note: {a: [\nservices:\n  b:\n    c: 1\n]}\nx: 1\n",
        "note: |\n services:\n  b:\n    c: 1\nx: 1\n",
        f"{HEAD}  a: 1\n  a: 2\n",
        f"{TWO}kind: Layer\n",
        f"{TWO}services:\n  c: 1\n",
        f"{HEAD}  a:\n    port: 1\n b: 2\n",
        f"{HEAD}  <<: {{port: 1}}\n  b: 2\n",
        f"{HEAD}  ? a\n  : 1\n  b: 2\n",
        f"{HEAD}  1: a\n  b: 2\n",
        f"{HEAD}  true: a\n  b: 2\n",
        f'{HEAD}  "a": 1\n  b: 2\n',
        f"{HEAD}\ta: 1\n  b: 2\n",
        f"{HEAD}  a:\n\tb: 1\n  c: 2\n",
        f"{HEAD}  - a: 1\n  - b: 2\n",
        f"{HEAD}# nothing\n",
        "services:\n  a:\n    port: 1\n",
        "services: {a: 1}\n",
        "kind:Layer\nservices:\n  a: 1\n",
        f"{HEAD}  a: 1\n---\nx: 1\n",
        f"{HEAD}  a: 1\nx:1\n",
        f"{HEAD}  a:1\n  b: 1\n",
        "kind: Layer\nservices:#\n  a: 1\n",
        "services: &all\n  a: 1\nothers: *all\n",
        "services: # these\n\n  # first\n  a: 1\n\n# and\n  b:\n",
        "services:\n  a: 1\n  b\n",
        "kind: Layer\n",
        "{kind: Layer}\nservices:\n  a: 1\n",
        f"{HEAD}  a: 1\n{{kind: Layer}}\n",
        f"{HEAD}  a: 1\n|\n      b\n",
        f"{HEAD}  a: 1\nkin",
        f"{HEAD}  a: 1\n- b\n",
        f" {HEAD}  a: 1\n",
        "",
        f"{HEAD}  a: 1 # x: y\n  b:2\n",
        f"{HEAD}  a: 010\n  b: 2\n",
        f"{HEAD}  a: !x 1\n  b: 2\n",
        f"{HEAD}  a: \x07\n  b: 2\n",
        f"{HEAD}  a: x\u2028  b: 2\n",
    ],
)
def test_what_is_odd_is_read_as_it_would_be(text: str) -> None:
    assert in_pieces(text.encode()) == as_a_whole(text.encode())


def test_all_overlays_here_are_read_as_they_would_be(repository_root: Path) -> None:
    files = [*repository_root.glob("environments/**/*.yaml"), *repository_root.glob("tests/**/environments/*.yaml")]
    contents = {path.read_bytes() for path in files}
    assert len(contents) > 300
    for content in contents:
        assert in_pieces(content) == as_a_whole(content)

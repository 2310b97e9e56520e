"""The objects in files beside the overlays, put where the overlay names them.

Owns that each document of such a file becomes a value with a place of its own, so that findings and `explain` lead to
the line of the file. Must not know what the objects are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gitramp import yamlio
from gitramp.model import Environment
from gitramp.problem import Finding, InputRejected, Report
from gitramp.source import Node, Values, plain
from gitramp.workspace import ENVIRONMENTS

DOCUMENTS = "documents"


def attach(values: Values, attached: Mapping[str, bytes]) -> Values:
    """Put the documents of each file that `manifests` names beneath its name; files that are not there stay out.

    Raises InputRejected with a finding for each file that cannot be read.
    """
    root = values.root.value
    assert isinstance(root, dict)
    named = root.get("manifests")
    if named is None or not isinstance(named.value, dict):
        return values
    findings: list[Finding] = []
    filled = {name: _with_documents(said, attached, findings) for name, said in named.value.items()}
    if findings:
        raise InputRejected(Report.of(findings))
    return replace(values, root=values.root._replace(value=root | {"manifests": named._replace(value=filled)}))


def _with_documents(said: Node, attached: Mapping[str, bytes], findings: list[Finding]) -> Node:
    file = said.value.get("file") if isinstance(said.value, dict) else said
    content = attached.get(file.value) if file is not None and isinstance(file.value, str) else None
    if file is None or content is None:
        return said
    try:
        found = yamlio.read_all(f"{ENVIRONMENTS}/{file.value}", content)
    except InputRejected as rejected:
        findings.extend(rejected.report)
        return said
    listed = Node(list(found), file.mark)
    keys = said.value if isinstance(said.value, dict) else {"file": file}
    return Node({**keys, DOCUMENTS: listed}, said.mark, said.key_mark, history=said.history)


def fill(environment: Environment, values: Values) -> Environment:
    """Return the environment with the documents that `attach` put into its values."""
    filled = {
        name: replace(said, documents=tuple(plain(node) for node in _documents(values, name)))
        for name, said in environment.manifests.items()
    }
    return replace(environment, manifests=filled)


def _documents(values: Values, name: str) -> Iterator[Node]:
    found = values.nearest(("manifests", name, DOCUMENTS))
    if isinstance(found.value, list):
        yield from found.value

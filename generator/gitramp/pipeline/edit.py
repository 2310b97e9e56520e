"""Set one value of a service in an environment's own file, if the result would be valid.

Owns which file takes the value and that nothing invalid is written. Must not know YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gitramp import merge, overlays, yamlio
from gitramp.pipeline.build import build
from gitramp.pipeline.clock import today
from gitramp.problem import InputRejected, UsageError
from gitramp.source import Overlay, Scalar, Snapshot, Values, show
from gitramp.workspace import Workspace

_NULL = frozenset({"null", "~"})  # as YAML has it: the key stops what it would inherit


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit of an overlay: the file, its bytes before and after."""

    path: str
    before: bytes
    after: bytes


def set_value(workspace: Workspace, name: str, service: str, key: str, text: str) -> Edited:
    """Set `services.<service>.<key>` in environment `name`; `key` is dotted, as in `canary.weight`.

    Raises InputRejected, and writes nothing, when the environment would not be valid with it, UsageError for a service
    that no layer has.
    """
    taken = overlays.snapshot(workspace.root)
    chain = overlays.read_chains(taken, [name])[name]
    _refuse_unknown(service, merge.merge(name, chain))
    overlay = chain[-1]
    path, steps = place(overlay, service, key.split("."))
    before = taken.files[path]
    refused: InputRejected | None = None
    for value in _readings(text):
        after = edited(path, before, steps, value)
        try:
            build(Snapshot({**taken.files, path: after}), [name], today=today())
        except InputRejected as rejected:
            refused = refused or rejected
            continue
        overlays.save(workspace.root, path, after)
        return Edited(path, before, after)
    assert refused is not None
    raise InputRejected(refused.report, "nothing was written; lines are those of the file with the edit in it")


def _refuse_unknown(service: str, values: Values) -> None:
    services = values.plain().get("services") or {}
    if isinstance(services, dict) and service not in services:
        near = get_close_matches(service, services, n=1)
        hint = f"did you mean {near[0]}?" if near else f"services: {', '.join(services) or 'none'}"
        raise UsageError(f"no service {show(service)} in {values.name}; {hint}")


def place(overlay: Overlay, service: str, steps: Sequence[str]) -> tuple[str, list[str]]:
    """Return the file that takes a service's value, and the path in it: the service's own file where there is one."""
    own = f"{overlay.path.removesuffix('.yaml')}/services/{service}.yaml"
    return (own, list(steps)) if own in overlay.files else (overlay.path, ["services", service, *steps])


def _readings(text: str) -> Iterator[Scalar]:
    """Yield what the words on a command line can mean: the YAML value first, then plain text (a tag such as 1.10)."""
    if text in _NULL:
        yield None
        return
    try:
        value = yamlio.read("VALUE", text.encode()).value
    except InputRejected:
        value = text
    if not isinstance(value, (dict, list, float, str)):
        yield value
    yield text


def edited(path: str, before: bytes, steps: list[str], value: yamlio.Tree) -> bytes:
    """Return a file with a value set; raises UsageError when it cannot be set without another one."""
    try:
        return yamlio.edit(before, steps, value)
    except KeyError as error:
        raise UsageError(f"{error.args[0]} in {path} is not a mapping") from None
    except yamlio.NotAlone as error:
        message = f"{error} in {path} is shared with other values, by an alias or its layout; edit the file by hand"
        raise UsageError(message) from None

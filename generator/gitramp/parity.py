"""In what two environments differ, and which of that they declare.

Owns the comparison of merged values, key by key: a key that one does not say counts as its default, and what a track or
a job inherits is told once, where it is said. Pure. Must not know how values are merged, nor what is rendered.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Union, get_args, get_origin

from gitramp import patterns
from gitramp.model import Environment, Parity
from gitramp.model.key import KeyInfo, Placed
from gitramp.overlay_schema import all_keys
from gitramp.pointer import Pointer, dotted, show_pointer
from gitramp.problem import Code, Finding, Mark, Related, Severity
from gitramp.secrets import names_secrets, shape_of_secret
from gitramp.source import Node, Values, plain, show, walk_towards

_SOURCE = "https://12factor.net/dev-prod-parity"
DIFFERENCE = Code(
    "GR150",
    "a difference between two environments that nobody declared",
    "What was tried in one environment says little about another that differs where nobody knows.",
    "say the same in both, best in a layer beneath, or declare it under `parity.allow` with the reason",
    severity=Severity.WARNING,
    source=_SOURCE,
)
NEEDLESS = Code(
    "GR151",
    "a declared difference that there is not",
    "The next difference there would be allowed by a reason that was never meant for it.",
    "remove it from `parity.allow`, or mend its path",
    severity=Severity.WARNING,
    source=_SOURCE,
)
NO_OTHER = Code(
    "GR152",
    "parity with what is no other environment",
    "Nothing would be compared, and nothing would tell so.",
    "name another file of environments/ with `kind: Environment`, without its .yaml",
)
_NOT_COMPARED = frozenset({"apiVersion", "kind", "extends", "include", "components", "parity", "policy", "tests"})
"""How an overlay is made up, and what it is held against: not what runs."""
_OF_A_RAMP = frozenset({("hold",), ("canary", "aborted"), ("canary", "ramp", "hold")})
"""What stops one environment's canary, beneath a service: that of another goes on."""
PRIVATE = frozenset({"annotations", "config", "env", "headers", "manifests", "patches"})
"""Keys beneath which texts are anybody's, so that one may be a secret: they are not shown."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,59}")


class Side(NamedTuple):
    """What one of two environments has: the place that says it, or that would, and a short form of it."""

    mark: Mark
    says: str
    is_said: bool = True

    @property
    def key(self) -> tuple[Mark | None, str]:
        """What tells it from another: tracks that lack an inherited value lack the same."""
        return (self.mark if self.is_said else None, self.says)


@dataclass(frozen=True, slots=True)
class Difference:
    """A value in which two environments differ; `declared` is the pattern that allows it, "" when none does."""

    pointer: Pointer
    here: Side
    there: Side
    declared: str = ""

    @property
    def path(self) -> str:
        """The value's path as `parity.allow` says it."""
        plainly = all("." not in str(step) and "*" not in str(step) for step in self.pointer)
        return dotted(self.pointer) if plainly else show_pointer(self.pointer)


class _Type(NamedTuple):
    """What the format knows about a place: the type of a value there, and the key whose value it is."""

    hint: Any
    info: KeyInfo | None = None


def differences(one: Values, other: Values, allow: Iterable[str] = ()) -> tuple[Difference, ...]:
    """Return what differs, each pair of lines once, what is said higher up first."""
    found = list(_walk((), one, other, one.root, other.root, _Type(Environment)))
    found.sort(key=lambda each: (len(each.pointer), each.pointer[2:3] == ("jobs",)))
    told: dict[object, Difference] = {}
    for each in found:
        told.setdefault((each.here.key, each.there.key), each)
    wanted = {pattern: _steps(pattern) for pattern in allow}
    return tuple(
        Difference(each.pointer, each.here, each.there, _declared(each.pointer, wanted)) for each in told.values()
    )


def undeclared(found: Iterable[Difference], name: str, other: str) -> Iterator[Finding]:
    """Yield each difference that nothing declares; both lines are told."""
    for each in found:
        if not each.declared:
            says = f"{each.here.says} here, {each.there.says} there"
            message = f"{name} and {other} differ in {show(each.path, 120)}: {says}"
            yield Finding(DIFFERENCE, message, each.here.mark, related=(Related(each.there.mark, other),))


def needless(parity: Parity, values: Values, used: Iterable[str]) -> Iterator[Finding]:
    """Yield each declared difference that is none of those that are used.

    A path with `*` is a rule for what may come, as a canary does and goes again; only a definite one can be needless.
    """
    for pattern in sorted(p for p in parity.allow.keys() - set(used) if "*" not in p):
        node = values.nearest(parity.at("allow", pattern))
        message = f"{values.name} and {parity.other} do not differ in {show(pattern)}"
        yield Finding(NEEDLESS, message, node.key_mark or node.place)


def _steps(pattern: str) -> tuple[str, ...]:
    if pattern.startswith("/"):
        return tuple(step.replace("~1", "/").replace("~0", "~") for step in pattern[1:].split("/"))
    return tuple(pattern.split("."))


def _declared(pointer: Pointer, wanted: Mapping[str, tuple[str, ...]]) -> str:
    steps = tuple(map(str, pointer))
    fitting = (p for p, w in wanted.items() if len(w) <= len(steps) and all(map(patterns.fits, w, steps)))
    return next(fitting, "")


def _walk(
    at: Pointer, one: Values, other: Values, here: Node | None, there: Node | None, kind: _Type
) -> Iterator[Difference]:
    if here is None or there is None:
        yield from _one_sided(at, one, other, here, there, kind)
    elif isinstance(here.value, dict) and isinstance(there.value, dict):
        for key in sorted(here.value.keys() | there.value.keys()):
            if not _is_passed_over((*at, key)):
                yield from _walk((*at, key), one, other, here.value.get(key), there.value.get(key), _beneath(kind, key))
    elif isinstance(here.value, list) and isinstance(there.value, list) and len(here.value) == len(there.value):
        for position, (mine, theirs) in enumerate(zip(here.value, there.value, strict=True)):
            yield from _walk((*at, position), one, other, mine, theirs, _beneath(kind, position))
    elif plain(here) != plain(there) or isinstance(here.value, bool) != isinstance(there.value, bool):
        yield Difference(at, Side(here.place, _shown(at, here, kind)), Side(there.place, _shown(at, there, kind)))


def _is_passed_over(at: Pointer) -> bool:
    """Whether a value is no part of what runs: what a service includes is compared where it has become part."""
    own = at[2:] if at[:1] == ("services",) else ()
    return (len(at) == 1 and at[0] in _NOT_COMPARED) or own == ("include",) or own in _OF_A_RAMP


def _one_sided(
    at: Pointer, one: Values, other: Values, here: Node | None, there: Node | None, kind: _Type
) -> Iterator[Difference]:
    said = here or there
    assert said is not None
    default = kind.info.default if kind.info and not kind.info.required else None
    if isinstance(default, (Placed, dict)) and isinstance(said.value, dict):
        empty = Node({}, said.mark)
        yield from _walk(at, one, other, here or empty, there or empty, kind)
    elif plain(said) != (list(default) if isinstance(default, tuple) else default):
        sides = ((one, here), (other, there))
        mine, theirs = (
            Side(_absent(at, values), _default(default), is_said=False)
            if node is None
            else Side(node.place, _shown(at, node, kind))
            for values, node in sides
        )
        yield Difference(at, mine, theirs)


def _absent(at: Pointer, values: Values) -> Mark:
    """Return where a value that is not there was removed, or else what is next around it."""
    nodes = list(walk_towards(values.root, at))
    removed = nodes[-1].removed.get(str(at[len(nodes) - 1]), ()) if len(nodes) <= len(at) else ()
    return removed[-1].mark if removed else nodes[-1].place


def _default(value: Any) -> str:
    known = isinstance(value, (str, int)) and value != ""
    return f"{show(value)} by default" if known else "nothing"


def _shown(at: Pointer, node: Node, kind: _Type) -> str:
    """Show a value where it cannot be a secret: one of a key that the format knows, in the form of a name or number."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    public = kind.info is not None and PRIVATE.isdisjoint(map(str, at))
    public = public and not names_secrets(at) and not shape_of_secret(node.shown)
    return node.shown if public and _PLAIN.fullmatch(node.shown) else "a text"


def _beneath(kind: _Type, step: str | int) -> _Type:
    """Return what the format knows about a step further down; upstream's structures and files are open."""
    hint: Any = kind.hint
    if get_origin(hint) in {Union, types.UnionType}:
        hint = next(each for each in get_args(hint) if each is not type(None))
    origin, arguments = get_origin(hint), get_args(hint)
    if hasattr(hint, "__dataclass_fields__"):
        info = next((each for each in all_keys(hint) if each.name == step), None)
        return _Type(info.type, info) if info else _Type(None)
    if origin is tuple and isinstance(step, int):
        return _Type(arguments[0])
    is_mapping = isinstance(origin, type) and issubclass(origin, Mapping)
    return _Type(arguments[1] if is_mapping else None)

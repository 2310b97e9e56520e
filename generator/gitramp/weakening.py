"""Whether a layer loosens what the layers beneath it demand in their policies.

Owns what is tighter than what, as the model's `x_tighter` says it. By the merge alone the last layer would win, and a
policy would be what whoever stands above leaves of it. Pure. Must not know where layers come from nor how they merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitramp import patterns
from gitramp.model import Policy, key_info
from gitramp.model.key import KeyInfo, Placed
from gitramp.pointer import Pointer, dotted
from gitramp.problem import Code, Finding, Related, Severity
from gitramp.source import Node, plain

CODE = Code(
    "GR167",
    "a layer loosens the policy of a layer beneath",
    "A policy that whoever it binds can switch off binds nobody.",
    "keep to the demand, tighten it, or let the layer that makes it list the key in `policy.overridable`",
)
_ORDER = tuple(Severity)
_DEMANDED = ", as a layer beneath demands"
_REMOVED = "is removed, which a layer beneath demands"
_ADDED = "is added to what a layer beneath demands"


@dataclass(frozen=True, slots=True)
class Demands:
    """The policy of the layers beneath one, together and each; `own` are the codes that tell what a policy demands."""

    policy: Node
    own: Mapping[str, Code]
    layers: tuple[Node, ...]

    def are_open(self, key: str, *names: str) -> bool:
        """Say whether each layer that demands a key lets layers above loosen it, as the key or one of `names`."""
        demanding = (layer for layer in self.layers if _child(layer, key) is not None)
        return all(_listed(layer) & {key, *names} for layer in demanding)

    def is_rating_open(self, number: str) -> bool:
        """Say whether each layer that a code's severity matters to lets layers above choose it."""
        names = {"severity", f"severity.{number}"}
        return all(_listed(layer) & names for layer in self.layers if self._rates(layer, number))

    def _rates(self, layer: Node, number: str) -> bool:
        said = layer.value if isinstance(layer.value, dict) else {}
        rated = _child(said["severity"], number) is not None if "severity" in said else False
        return rated or (number in self.own and bool(said.keys() - {"overridable", "severity"}))


def find(demands: Demands, above: Node) -> Iterator[Finding]:
    """Yield each place at which the policy of a layer, `above`, loosens the demands of those beneath."""
    if not isinstance(above.value, dict):
        if demands.policy.value:
            yield _finding((), above, demands.policy, _REMOVED)
        return
    known = {info.name: info for info in key_info(Policy)}
    for name, said in above.value.items():
        info, below = known.get(name), _child(demands.policy, name)
        if name == "severity":
            yield from _rated(demands, below, said)
        elif name == "overridable":
            yield from _opened(demands, said)
        elif info is not None and below is not None:
            found = _loosened(info, (name,), below, said)
            yield from (each for at, each in found if not demands.are_open(name, dotted(at)))


def _loosened(info: KeyInfo, at: Pointer, below: Node, said: Node) -> Iterator[tuple[Pointer, Finding]]:
    if said.value is None:
        yield at, _finding(at, said, below, _REMOVED)
    elif isinstance(below.value, dict) and isinstance(said.value, dict):
        if info.keywords.get("x-tighter") == "never" or (len(at) > 1 and "x-tighter" not in info.keywords):
            added = ((key, child) for key, child in said.value.items() if key not in below.value)
            yield from (((*at, key), _finding((*at, key), child, below, _ADDED)) for key, child in added)
        inner = _keys_of(info)
        for key, child in said.value.items():
            if key in below.value and key in inner:
                yield from _loosened(inner[key], (*at, key), below.value[key], child)
            elif key in below.value and not inner:
                yield from _loosened(info, (*at, key), below.value[key], child)
    elif plain(said) != plain(below) and not _TIGHTER[info.keywords.get("x-tighter", "")](plain(below), plain(said)):
        yield at, _finding(at, said, below, f"is no longer {_shown(below)}{_DEMANDED}")


def _keys_of(info: KeyInfo) -> Mapping[str, KeyInfo]:
    """Return the keys of a mapping that is a model, none of one whose keys are the user's."""
    model: type = type(info.default)
    return {each.name: each for each in key_info(model)} if isinstance(info.default, Placed) else {}


def _opened(demands: Demands, said: Node) -> Iterator[Finding]:
    """Yield each key that the layer lets others loosen, though the demand is not its own."""
    for item in said.value if isinstance(said.value, list) else ():
        name = str(item.value)
        root = name.partition(".")[0]
        below = _child(demands.policy, root)
        if root == "severity":
            codes = [name.partition(".")[2]] if name != root else [*demands.own, *_rated_in(below)]
            if not all(demands.is_rating_open(number) for number in codes):
                at = below or demands.policy
                yield _finding(
                    (root,), item, at, "rates what a layer beneath demands, which alone may let it be loosened"
                )
        elif below is not None and not demands.are_open(root, name):
            yield _finding((root,), item, below, "is demanded by a layer beneath, which alone may let it be loosened")


def _rated_in(severity: Node | None) -> tuple[str, ...]:
    return tuple(severity.value) if severity is not None and isinstance(severity.value, dict) else ()


def _listed(policy: Node) -> frozenset[str]:
    """Return the keys that a layer lets others loosen."""
    found = _child(policy, "overridable")
    listed = found.value if found is not None and isinstance(found.value, list) else []
    return frozenset(str(item.value) for item in listed)


def _rated(demands: Demands, below: Node | None, said: Node) -> Iterator[Finding]:
    """Yield each code that gets a milder severity than a layer beneath gives it, or than a policy has of itself."""
    ratings = below.value if below is not None and isinstance(below.value, dict) else {}
    entries = said.value if isinstance(said.value, dict) else dict.fromkeys(ratings, said)
    for number, node in entries.items():
        before = ratings.get(number)
        code = demands.own.get(number) if demands.policy.value else None
        strict = _severity(before) or (code and code.severity)
        mild = _severity(node) or (code and code.severity)
        if (
            strict
            and not demands.is_rating_open(number)
            and (mild is None or _ORDER.index(mild) > _ORDER.index(strict))
        ):
            at = before if before is not None else demands.policy
            yield _finding(("severity", number), node, at, f"is no longer {strict.value}{_DEMANDED}")


def _severity(node: Node | None) -> Severity | None:
    return next((each for each in Severity if node is not None and each.value == node.value), None)


def _finding(at: Pointer, said: Node, below: Node, what: str) -> Finding:
    name = dotted(("policy", *at))
    related = (Related(below.place, f"{name} beneath"),)
    return Finding(CODE, f"{name} {what}", said.place, related=related)


def _shown(node: Node) -> str:
    if isinstance(node.value, list):
        return ", ".join(item.shown for item in node.value) or "empty"
    return node.shown


def _child(node: Node, key: str) -> Node | None:
    return node.value.get(key) if isinstance(node.value, dict) else None


_Tighter = Callable[[Any, Any], bool]


def _numbers(larger: bool) -> _Tighter:  # noqa: FBT001  a table of two
    def tighter(below: Any, said: Any) -> bool:
        both = isinstance(below, int) and isinstance(said, int)
        return both and (said >= below if larger else said <= below)

    return tighter


def _beneath(below: Any, said: Any) -> bool:
    if isinstance(below, str) and isinstance(said, str):
        return patterns.beneath(below, said)
    lists = isinstance(below, list) and isinstance(said, list) and bool(said)
    return lists and all(any(_beneath(old, new) for old in below) for new in said)


def _longer(below: Any, said: Any) -> bool:
    return isinstance(below, list) and isinstance(said, list) and all(each in said for each in below)


def _never(_: Any, __: Any) -> bool:
    return False


_TIGHTER: Mapping[str, _Tighter] = {
    "larger": _numbers(larger=True),
    "smaller": _numbers(larger=False),
    "beneath": _beneath,
    "shorter": lambda below, said: _longer(said, below),
    "longer": _longer,
    "required": lambda _, said: said == "required",
    "any": lambda _, said: said is not None,
    "never": _never,
    "": _never,
}

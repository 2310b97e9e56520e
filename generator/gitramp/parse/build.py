"""From values that passed the schema to the model: the only place where trees become types.

Owns what must be there once all layers are merged. Must not know the keys themselves: it reads
the model's declarations.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, NamedTuple, Union, get_args, get_origin

from gitramp.model import Environment, Service, key_info
from gitramp.model.key import MergePatch, Placed, Replacement, ServicePiece, Upstream
from gitramp.parse import codes
from gitramp.parse.codes import label
from gitramp.pointer import Pointer
from gitramp.problem import Finding, InputRejected, Mark, Report
from gitramp.source import Node, Values, plain, show


def parse(values: Values) -> Environment:
    """Build the model from values that passed `check_schema` and had their tracks inherit.

    Raises InputRejected naming every key that is missing.
    """
    missing: list[_Missing] = []
    environment = _build(Environment, values.root, (), values.name, missing)
    if missing:
        raise InputRejected(Report.of(_told(each, values) for each in missing))
    assert isinstance(environment, Environment)
    services = {name: _with_stable(service) for name, service in environment.services.items()}
    return replace(environment, services=services)


def _with_stable(service: Service) -> Service:
    """Make the only track the stable one, said or not."""
    if service.stable or len(service.tracks) != 1:
        return service
    return replace(service, stable=next(iter(service.tracks)))


class _Missing(NamedTuple):
    """A key that no layer says: what has not got it, and where that stands."""

    pointer: Pointer
    key: str
    place: Mark


def _told(missing: _Missing, values: Values) -> Finding:
    pointer = missing.pointer
    if len(pointer) < 2 or pointer[0] != "services":
        return Finding(codes.MISSING_KEY, f"{label(pointer)} has no {missing.key}", missing.place)
    name = str(pointer[1])
    whose = f" of {show(name)}" if len(pointer) > 3 else ""
    services = values.plain().get("services")
    others = [other for other in services if other != name] if isinstance(services, dict) else []
    near = get_close_matches(name, others, n=1, cutoff=0.8)
    advice = f"did you mean the service {near[0]}? Otherwise say it here or in a layer beneath" if near else ""
    return Finding(codes.MISSING_KEY, f"{label(pointer)}{whose} has no {missing.key}", missing.place, advice)


_UNSAID = Node({}, Mark(""))
_Converter = Callable[[Node, Pointer, list[_Missing]], Any]


def _build(model: type, node: Node, pointer: Pointer, name: str, missing: list[_Missing]) -> Any:
    arguments: dict[str, Any] = {"pointer": pointer}
    if isinstance(node.value, str):
        arguments["is_text"], children = True, {model.text_form: node}  # type: ignore[attr-defined]
    else:
        children = node.value if isinstance(node.value, dict) else {}
    if "name" in model.__dataclass_fields__:  # type: ignore[attr-defined]
        arguments["name"] = name
    for key, attribute, required, placed, convert in _converters(model):
        child = children.get(key)
        if child is not None and arguments.get("is_text"):
            arguments[attribute] = child.value
        elif child is not None:
            arguments[attribute] = convert(child, (*pointer, key), missing)
        elif required:
            missing.append(_Missing(pointer, key, node.place))
            arguments[attribute] = None
        elif placed:  # a default has its place too: `explain` and findings lead there
            arguments[attribute] = convert(_UNSAID, (*pointer, key), missing)
    return model(**arguments)


@functools.cache
def _converters(model: type) -> tuple[tuple[str, str, bool, bool, _Converter], ...]:
    return tuple(
        (info.name, info.attribute, info.required, isinstance(info.default, Placed), _converter(info.type))
        for info in key_info(model)
    )


def _converter(hint: Any) -> _Converter:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _converter(next(a for a in arguments if a is not type(None)))
    if origin is tuple:
        item = _converter(arguments[0])
        return lambda node, at, missing: tuple(item(c, (*at, i), missing) for i, c in enumerate(_items(node)))
    if hint in (Upstream, MergePatch, ServicePiece):
        tree = _merge_patch if hint is MergePatch else plain
        return lambda node, _, __: tree(node)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_converter(arguments[1])
    if hasattr(hint, "__dataclass_fields__"):
        return lambda node, at, missing: _build(hint, node, at, str(at[-1]), missing)
    return lambda node, _, __: node.value


def _merge_patch(node: Node) -> Any:
    """Return a merge patch: a key that a layer set to null is one that the patch removes."""
    if not isinstance(node.value, dict):
        return plain(node)
    said = {key: _merge_patch(child) for key, child in node.value.items()}
    said |= dict.fromkeys(key for key in node.removed if key not in said)
    replaces = bool(node.history) and node.history[-1].shown != Node({}, node.mark).shown
    return Replacement(said) if replaces else said


def _mapping_converter(hint: Any) -> _Converter:
    convert = _converter(hint)

    def mapping(node: Node, at: Pointer, missing: list[_Missing]) -> dict[str, Any]:
        children = node.value if isinstance(node.value, dict) else {}
        return {key: convert(child, (*at, key), missing) for key, child in sorted(children.items())}

    return mapping


def _items(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []

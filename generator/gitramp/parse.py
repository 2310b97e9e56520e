"""From merged values to the model: gate 2, and the only place where trees become types.

Owns the wording of schema findings (GR101 to GR109) and what must be there once merged. Must not know the keys
themselves: it reads the model's declarations.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from gitramp.model import Environment, Service, key_info
from gitramp.overlay_schema import environment_schema
from gitramp.pointer import Pointer
from gitramp.problem import Code, Finding, InputRejected, Report
from gitramp.source import Node, Values, show

if TYPE_CHECKING:
    from jsonschema import ValidationError

UNKNOWN_KEY = Code(
    "GR101",
    "an unknown key",
    "A key that gitramp does not know would be an edit without effect, most often a typing error.",
    "remove it, or see schemas/environment.schema.json for the known keys",
)
MISSING_KEY = Code(
    "GR102",
    "a key is missing once all layers are merged",
    "Nothing sensible can stand in for it.",
    "say it in this overlay or in a layer beneath",
)
WRONG_TYPE = Code(
    "GR103",
    "a value of the wrong type",
    "Guessing what was meant would hide the mistake until the cluster shows it.",
    "write the type that the key takes",
)
NOT_ALLOWED = Code(
    "GR104",
    "a value that the key does not allow",
    "The cluster or the mesh would refuse it, or take it for something else.",
    "choose an allowed value",
)
QUOTE_IT = Code(
    "GR105",
    "text that YAML reads as a number or truth value",
    "An unquoted 1.10 is the number 1.1, and 7e2 is 700: a version or tag would silently become another.",
    "quote it",
    source="https://yaml.org/spec/1.2.2/#1032-tag-resolution",
)
WEIGHT = Code(
    "GR204",
    "a canary weight that is no whole number from 0 to 100",
    "Weights are percent: stable gets 100 - weight, so anything else cannot be shared out.",
    "choose a whole number from 0 to 100; stable gets the rest",
)
_OWN_CODES: Mapping[str, Code] = {WEIGHT.number: WEIGHT}
_TYPE_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}


def check_schema(values: Values) -> tuple[Finding, ...]:
    """Check merged values against the overlay schema; return every fault at the place that set the value.

    jsonschema-rs answers whether all is well, 189 times faster; only when it is not does jsonschema explain.
    """
    tree = values.plain()
    if _fast_validator().is_valid(tree) and not _holds_float(values.root):
        return ()
    return tuple(f for error in _validator().iter_errors(tree) for f in _findings(error, values))


@functools.cache
def _fast_validator() -> Any:
    import jsonschema_rs  # noqa: PLC0415  29 ms that --help need not pay

    return jsonschema_rs.validator_for(environment_schema())


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415  90 ms, only to explain a fault

    # JSON Schema takes 10.0 for an integer; in an overlay it is a slip.
    whole = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    strict: Any = validators.extend(Draft202012Validator, type_checker=whole)  # type: ignore[no-untyped-call]
    return strict(environment_schema())


def _holds_float(node: Node) -> bool:
    value = node.value
    if isinstance(value, dict):
        return any(_holds_float(child) for child in value.values())
    if isinstance(value, list):
        return any(_holds_float(child) for child in value)
    return isinstance(value, float)


def _findings(error: ValidationError, values: Values) -> Iterator[Finding]:
    pointer = tuple(error.absolute_path)
    node = values.nearest(pointer)
    schema: Any = error.schema
    limit: Any = error.validator_value
    if error.validator == "additionalProperties":
        yield from _unknown_keys(node, pointer, list(schema["properties"]))
        return
    code = _OWN_CODES.get(schema.get("x-code", ""), NOT_ALLOWED)
    hint = schema.get("x-hint", "")
    if error.validator == "type":
        yield _wrong_type(node, pointer, limit, code if code is not NOT_ALLOWED else WRONG_TYPE, hint)
    elif error.validator == "required":
        assert isinstance(node.value, dict)
        missing = [key for key in limit if key not in node.value]
        yield from (Finding(MISSING_KEY, f"the overlay has no {key}", node.place) for key in missing)
    else:
        yield Finding(code, f"{_label(pointer)} {_fault(error, node)}", node.place, hint or _choice(error))


def _unknown_keys(node: Node, pointer: Pointer, known: list[str]) -> Iterator[Finding]:
    assert isinstance(node.value, dict)
    where = f"in {_label(pointer)}" if pointer else "at the top level"
    for key, child in node.value.items():
        if key not in known:
            near = get_close_matches(key, known, n=1, cutoff=0.5)
            advice = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}"
            yield Finding(UNKNOWN_KEY, f"unknown key `{show(key)}` {where}", child.key_mark, advice)


def _wrong_type(node: Node, pointer: Pointer, wanted: str | list[str], code: Code, hint: str) -> Finding:
    kinds = [k for k in ([wanted] if isinstance(wanted, str) else wanted) if k != "null"]
    words = " or ".join(_TYPE_WORDS[k] for k in kinds)
    label = _label(pointer)
    if kinds == ["string"] and node.raw is not None and node.value is not None:
        message = f"{label}: {node.raw} without quotes is not text but the value {node.shown}"
        return Finding(QUOTE_IT, message, node.place, f'write "{node.raw}"')
    return Finding(code, f"{label} {node.shown} is not {words}", node.place, hint or f"write {words}")


_FAULTS: Mapping[str, str] = {
    "uniqueItems": "holds the same value twice",
    "minProperties": "is empty",
    "minLength": "is empty",
}


def _fault(error: ValidationError, node: Node) -> str:
    limit: Any = error.validator_value
    keyword = str(error.validator)
    if keyword in _FAULTS:
        return _FAULTS[keyword]
    if keyword in {"minimum", "maximum"}:
        return f"{node.shown} is {_outside(error.schema)}"
    if keyword == "enum":
        return f"{node.shown} is not one of {', '.join(str(v) for v in limit if v is not None)}"
    if keyword == "pattern":
        return f"{node.shown} is not of the form it must have"
    if keyword in {"maxProperties", "maxLength"}:
        return f"holds more than {limit}"
    return f"{node.shown} breaks {keyword} {limit}"  # a keyword without words of ours is told, never passed over


def _outside(schema: Any) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None:
        return f"above {high}"
    return f"below {low}" if high is None else f"outside {low}..{high}"


def _choice(error: ValidationError) -> str:
    limit: Any = error.validator_value
    if error.validator == "enum":
        return "choose " + ", ".join(str(v) for v in limit if v is not None)
    return f"it must match {limit}" if error.validator == "pattern" else ""


def _label(pointer: Pointer) -> str:
    """Name a value by the last steps to it: `canary weight`, `v1 image`."""
    return " ".join(str(step) for step in pointer[-2:]) or "the overlay"


def parse(values: Values) -> Environment:
    """Build the model from values that passed `check_schema` and had their tracks inherit.

    Raises InputRejected naming every key that is missing.
    """
    missing: list[Finding] = []
    environment = _build(Environment, values.root, (), values.name, missing)
    if missing:
        raise InputRejected(Report.of(missing))
    assert isinstance(environment, Environment)
    services = {name: _with_stable(service) for name, service in environment.services.items()}
    return replace(environment, services=services)


def _with_stable(service: Service) -> Service:
    """Make the only track the stable one, said or not."""
    if service.stable or len(service.tracks) != 1:
        return service
    return replace(service, stable=next(iter(service.tracks)))


_Converter = Callable[[Node, Pointer, list[Finding]], Any]


def _build(model: type, node: Node, pointer: Pointer, name: str, missing: list[Finding]) -> Any:
    children = node.value if isinstance(node.value, dict) else {}
    arguments: dict[str, Any] = {"pointer": pointer}
    if "name" in model.__dataclass_fields__:  # type: ignore[attr-defined]
        arguments["name"] = name
    for key, attribute, required, convert in _converters(model):
        child = children.get(key)
        if child is not None:
            arguments[attribute] = convert(child, (*pointer, key), missing)
        elif required:
            missing.append(Finding(MISSING_KEY, f"{_label(pointer)} has no {key}", node.place))
            arguments[attribute] = None
    return model(**arguments)


@functools.cache
def _converters(model: type) -> tuple[tuple[str, str, bool, _Converter], ...]:
    return tuple((info.name, info.attribute, info.required, _converter(info.type)) for info in key_info(model))


def _converter(hint: Any) -> _Converter:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _converter(next(a for a in arguments if a is not type(None)))
    if origin is tuple:
        item = _converter(arguments[0])
        return lambda node, at, missing: tuple(item(c, (*at, i), missing) for i, c in enumerate(_items(node)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_converter(arguments[1])
    if hasattr(hint, "__dataclass_fields__"):
        return lambda node, at, missing: _build(hint, node, at, str(at[-1]), missing)
    return lambda node, _, __: node.value


def _mapping_converter(hint: Any) -> _Converter:
    convert = _converter(hint)

    def mapping(node: Node, at: Pointer, missing: list[Finding]) -> dict[str, Any]:
        children = node.value if isinstance(node.value, dict) else {}
        return {key: convert(child, (*at, key), missing) for key, child in sorted(children.items())}

    return mapping


def _items(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []

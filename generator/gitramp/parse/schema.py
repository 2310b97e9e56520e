"""Merged values against the overlay schema, every fault told at its line in our own words.

Owns the wording of schema findings. Must not know the keys themselves: it reads what the schema says of them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gitramp.overlay_schema import LARGEST, environment_schema
from gitramp.parse import codes
from gitramp.parse.codes import label
from gitramp.pointer import Pointer
from gitramp.problem import Code, Finding
from gitramp.secrets import HIDDEN, names_secrets
from gitramp.source import Node, Values, show

if TYPE_CHECKING:
    from jsonschema import ValidationError

_OWN_CODES: Mapping[str, Code] = {code.number: code for code in (codes.WEIGHT, codes.CANARIES)}
_FEW, _SHORT = 8, 120
_SHORTEST = 3  # characters of what may be a secret
# What Kubernetes and Helm call something that has another name here.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "valueFrom": ("secretKeyRef", "configMapKeyRef"),
    "cronJobs": ("jobs",),
    "cronjobs": ("jobs",),
    "securityContext": ("runAsUser",),
    "affinityRules": ("affinity",),
    "volumeMounts": ("volumes",),
    "volumeClaimTemplates": ("volumeClaims",),
    "serviceAccountName": ("serviceAccount",),
    "schedule": ("jobs",),
}
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
    errors = _validator().iter_errors(tree)
    found = tuple(_discreet(finding, error, values) for error in errors for finding in _findings(error, values))
    found = found or tuple(_floats(values.root, ()))
    if not found:  # never take a disagreement of the two validators for a clean overlay
        message = "jsonschema-rs refuses an overlay in which jsonschema finds no fault"
        raise AssertionError(message)
    return found


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
    strict: Any = validators.extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {"pattern": _pattern}, type_checker=whole
    )
    return strict(environment_schema())


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """Check a pattern as JSON Schema means it: Python's `$` also matches before a line end that comes last."""
    from jsonschema import ValidationError  # noqa: PLC0415  see _validator

    whole = f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(whole, instance):
        yield ValidationError("pattern")


def _holds_float(node: Node) -> bool:
    value = node.value
    if isinstance(value, dict):
        return any(_holds_float(child) for child in value.values())
    if isinstance(value, list):
        return any(_holds_float(child) for child in value)
    return isinstance(value, float)


def _floats(node: Node, pointer: Pointer) -> Iterator[Finding]:
    """Yield each number with a fraction where upstream's structures, which the schema leaves open, have one."""
    value = node.value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from _floats(child, (*pointer, step))
    if isinstance(value, float):
        message = f"{label(pointer)} {node.shown} is a number with a fraction"
        yield Finding(codes.WRONG_TYPE, message, node.place, "write a whole number, or text in quotes")


def _findings(error: ValidationError, values: Values) -> Iterator[Finding]:
    pointer = tuple(error.absolute_path)
    node = values.nearest(pointer)
    schema: Any = error.schema
    limit: Any = error.validator_value
    if error.validator == "additionalProperties":
        yield from _unknown_keys(node, pointer, list(schema["properties"]))
        return
    code = _OWN_CODES.get(schema.get("x-code", ""), codes.NOT_ALLOWED)
    hint = schema.get("x-hint", "")
    if code is codes.CANARIES and not isinstance(node.value, list):
        code, hint = codes.NOT_ALLOWED, ""  # not several, but something else in its place
    if error.validator == "type":
        if {*_kinds(limit)} <= {"string", "object"} and "string" in limit and _needs_quotes(node, [""]):
            yield _unquoted(node, pointer, schema)
        else:
            yield _wrong_type(node, pointer, schema, codes.WRONG_TYPE if code is codes.NOT_ALLOWED else code, hint)
    elif error.validator == "enum" and _needs_quotes(node, limit):
        yield _unquoted(node, pointer, schema)
    elif error.validator == "required":
        assert isinstance(node.value, dict)
        missing = [key for key in limit if key not in node.value]
        for key in missing:
            advice = f"add `{key}: {schema['properties'][key]['examples'][0]}`; every file says it"
            yield Finding(codes.MISSING_KEY, f"the overlay has no {key}", node.place, advice)
    else:
        yield Finding(code, f"{label(pointer)} {_fault(error, node)}", node.place, hint or _choice(error))


def _discreet(finding: Finding, error: ValidationError, values: Values) -> Finding:
    """Hide a value whose key says that it is a secret, such as a password of digits without quotes."""
    node = values.nearest(tuple(error.absolute_path))
    said = {node.shown, node.raw or node.shown}
    if (
        isinstance(node.value, (dict, list))
        or not names_secrets(error.absolute_path)
        or min(map(len, said)) < _SHORTEST
    ):
        return finding
    hidden = re.compile("|".join(re.escape(text) for text in said))
    return replace(finding, message=hidden.sub(HIDDEN, finding.message), remedy=hidden.sub(HIDDEN, finding.remedy))


def _unknown_keys(node: Node, pointer: Pointer, known: list[str]) -> Iterator[Finding]:
    assert isinstance(node.value, dict)
    where = f"in {label(pointer)}" if pointer else "at the top level"
    for key, child in node.value.items():
        if key not in known:
            other = [name for name in _ELSEWHERE.get(key, ()) if name in known]
            near = other or get_close_matches(key, known, n=1, cutoff=0.5)
            advice = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}"
            yield Finding(codes.UNKNOWN_KEY, f"unknown key `{show(key)}` {where}", child.key_mark, advice)


def _wrong_type(node: Node, pointer: Pointer, schema: Any, code: Code, hint: str) -> Finding:
    words = " or ".join(_TYPE_WORDS[kind] for kind in _kinds(schema["type"]))
    in_quotes = isinstance(node.value, str) and node.raw is None
    shown = f'"{node.shown}"' if in_quotes else node.shown
    return Finding(
        code, f"{label(pointer)} {shown} is not {words}", node.place, hint or f"write {words}{_such(schema)}"
    )


def _such(schema: Any) -> str:
    """Show what a key takes by its example, in the flow style of YAML, or by the keys of its mapping."""
    example = json.dumps(schema["examples"][0], ensure_ascii=False) if "examples" in schema else ""
    if 0 < len(example) <= _SHORT:
        return f", such as {example}"
    properties = schema.get("properties", {})
    return f" of {', '.join(properties)}" if 0 < len(properties) <= _FEW else ""


def _kinds(wanted: str | list[str]) -> list[str]:
    return [kind for kind in ([wanted] if isinstance(wanted, str) else wanted) if kind != "null"]


def _needs_quotes(node: Node, allowed: Sequence[object]) -> bool:
    """Whether a number or truth value stands, without quotes, where only text is allowed."""
    only_text = all(value is None or isinstance(value, str) for value in allowed)
    return only_text and node.raw is not None and not isinstance(node.value, (str, type(None)))


def _unquoted(node: Node, pointer: Pointer, schema: Any) -> Finding:
    raw = node.raw or ""
    fits = raw in schema["enum"] if "enum" in schema else re.search(schema.get("pattern", ""), raw)
    hint = "" if fits else schema.get("x-hint", "") or _listed(schema.get("enum", ()), quote='"')
    message = f"{label(pointer)}: {node.raw} without quotes is not text but the value {node.shown}"
    return Finding(codes.QUOTE_IT, message, node.place, hint or f'write "{node.raw}"')


_FAULTS: Mapping[str, str] = {
    "uniqueItems": "holds the same value twice",
    "minProperties": "is empty",
    "minItems": "is empty",
    "minLength": "is empty",
}


def _fault(error: ValidationError, node: Node) -> str:
    limit: Any = error.validator_value
    keyword = str(error.validator)
    if keyword in _FAULTS:
        return _FAULTS[keyword]
    if keyword in {"minimum", "maximum"}:
        return f"{node.shown} is {_outside(error.schema, above=keyword == 'maximum')}"
    if keyword == "enum":
        allowed = [str(value) for value in limit if value is not None]
        return f"{node.shown} is not {'one of ' if len(allowed) > 1 else ''}{', '.join(allowed)}"
    if keyword == "pattern":
        return f"{node.shown} is not of the form it must have"
    if keyword in {"maxProperties", "maxLength", "maxItems"}:
        return f"holds more than {limit}"
    return f"{node.shown} breaks {keyword} {limit}"  # a keyword without words of ours is told, never passed over


def _outside(schema: Any, *, above: bool) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if high == LARGEST and low is not None and not above:
        return f"below {low}"
    if low is None:
        return f"above {high}"
    return f"below {low}" if high is None else f"outside {low}..{high}"


def _choice(error: ValidationError) -> str:
    limit: Any = error.validator_value
    if error.validator == "enum":
        return _listed(limit)
    return f"it must match {limit}" if error.validator == "pattern" else ""


def _listed(allowed: Iterable[object], quote: str = "") -> str:
    choices = [f"{quote}{value}{quote}" for value in allowed if value is not None]
    if len(choices) == 1:
        return f"write {choices[0]}"
    return f"choose {', '.join(choices[:-1])} or {choices[-1]}" if choices else ""

"""The overlay schema: the same as the model, closed, documented, and the same as the files on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from gitramp.model import Environment, Service, Workload
from gitramp.model.key import KeyInfo, camel, key_info
from gitramp.overlay_schema import all_keys, environment_schema, service_schema
from gitramp.overlays import read_chains, snapshot
from gitramp.source import plain

Schema = dict[str, Any]
SCHEMAS = {"environment": environment_schema(), "service": service_schema()}
BOTH = pytest.mark.parametrize("name", sorted(SCHEMAS))


def models(model: type) -> Iterator[type]:
    """Yield a model class and every one that its keys hold, each once."""
    found: dict[type, None] = {}
    waiting = [model]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found[current] = None
            waiting.extend(child for info in all_keys(current) for child in classes(info.type))
    return iter(found)


def classes(hint: Any) -> Iterator[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for argument in get_args(hint):
        yield from classes(argument)


def subschemas(schema: Any, at: str = "#") -> Iterator[tuple[str, Schema]]:
    """Yield every schema inside a schema, with its place."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for keyword in ("properties", "$defs"):
        for key, child in schema.get(keyword, {}).items():
            yield from subschemas(child, f"{at}/{keyword}/{key}")
    for keyword in ("items", "additionalProperties"):
        yield from subschemas(schema.get(keyword), f"{at}/{keyword}")


def keys(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the schema of every key of the format, with its place."""
    for at, found in subschemas(schema):
        for key, child in found.get("properties", {}).items():
            yield f"{at}/properties/{key}", child


def definition(schema: Schema, model: type) -> Schema:
    """Return the schema of a model class; the root's is the document itself."""
    found: Schema = schema if model in {Environment, Service} and model.__name__ not in schema["$defs"] else {}
    return found or schema["$defs"][model.__name__]


@BOTH
def test_the_file_on_disk_is_what_the_model_gives(repository_root: Path, name: str) -> None:
    path = repository_root / "schemas" / f"{name}.schema.json"
    same = path.read_text(encoding="utf-8") == json.dumps(SCHEMAS[name], indent=2, ensure_ascii=False) + "\n"
    assert same, f"schemas/{path.name} is not what generator/gitramp/model gives: run `make reference`"


@BOTH
def test_a_schema_is_one_of_draft_2020_12(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@BOTH
def test_a_schema_refers_to_its_own_definitions_and_uses_each(name: str) -> None:
    references = {found["$ref"] for _, found in subschemas(SCHEMAS[name]) if "$ref" in found}
    assert references == {f"#/$defs/{model}" for model in SCHEMAS[name]["$defs"]}


@BOTH
def test_every_level_is_closed(name: str) -> None:
    closed = [at for at, found in subschemas(SCHEMAS[name]) if "properties" in found]
    assert len(closed) > 10
    for at, found in subschemas(SCHEMAS[name]):
        if "properties" in found:
            assert found["additionalProperties"] is False, at
            assert "object" in found["type"], at
        elif "object" in found.get("type", ()) and "$ref" not in found:
            open_ended = found.get("x-upstream") is True  # judged by upstream's own schema, at gate 5
            assert open_ended or isinstance(found["additionalProperties"], dict), f"{at} takes any key with any value"


@BOTH
def test_nothing_in_a_schema_takes_anything(name: str) -> None:
    for at, found in subschemas(SCHEMAS[name]):
        assert {"type", "$ref", "enum"} & found.keys(), at
        assert "array" not in found.get("type", ()) or "items" in found, at


@BOTH
def test_every_key_is_described_with_an_example_that_it_takes(name: str) -> None:
    schema = SCHEMAS[name]
    assert len(list(keys(schema))) > 50
    for at, found in keys(schema):
        assert found["description"].endswith("."), at
        assert found["examples"], at
        whole = Draft202012Validator({**found, "$defs": schema["$defs"]})
        for example in found["examples"]:
            assert example is not None, at
            assert [error.message for error in whole.iter_errors(example)] == [], at


@BOTH
def test_every_key_may_be_null_to_remove_it_but_no_item_of_a_list(name: str) -> None:
    schema = SCHEMAS[name]
    for at, found in subschemas(schema):
        takes_null = Draft202012Validator({**found, "$defs": schema["$defs"]}).is_valid(None)
        assert takes_null == (at != "#" and not at.endswith("/items")), at


@BOTH
def test_a_default_is_a_value_the_key_takes(name: str) -> None:
    schema = SCHEMAS[name]
    found = {at: key for at, key in keys(schema) if "default" in key}
    assert found
    for at, key in found.items():
        assert Draft202012Validator({**key, "$defs": schema["$defs"]}).is_valid(key["default"]), at


@BOTH
def test_limits_and_forms_stand_where_they_work(name: str) -> None:
    """A `minimum` beside a text or a `pattern` beside a number would check nothing."""
    belongs = {
        "minimum": "integer", "maximum": "integer", "pattern": "string", "minLength": "string", "maxLength": "string",
        "minProperties": "object", "maxProperties": "object", "uniqueItems": "array",
        "minItems": "array",
    }  # fmt: skip
    for at, found in subschemas(SCHEMAS[name]):
        for keyword in belongs.keys() & found.keys():
            assert belongs[keyword] in found["type"], f"{at}: {keyword}"


@pytest.mark.parametrize(("schema", "root"), [(environment_schema(), Environment), (service_schema(), Service)])
def test_schema_and_model_know_the_same_keys(schema: Schema, root: type) -> None:
    seen = set()
    for model in models(root):
        described = definition(schema, model)["properties"]
        declared = {info.name: info for info in all_keys(model)}
        assert list(described) == list(declared), model.__name__
        for key, info in declared.items():
            assert described[key]["description"] == info.description
            assert described[key]["examples"] == [info.example]
            agrees_on_default(described[key], info)
        seen.add(model.__name__)
    assert set(schema["$defs"]) <= seen


def agrees_on_default(described: Schema, info: KeyInfo) -> None:
    if info.required or info.default is None or info.default in ("", (), {}) or is_dataclass(info.default):
        assert "default" not in described, info.name
    else:
        assert (type(described["default"]), described["default"]) == (type(info.default), info.default), info.name


def test_every_field_of_the_model_is_a_key_or_filled_by_the_parser() -> None:
    for model in models(Environment):
        attributes = {info.attribute for info in key_info(model)}
        for field in fields(model):
            assert (field.name in attributes) != bool(field.metadata.get("injected")), f"{model.__name__}.{field.name}"


def test_a_track_may_say_every_key_a_service_hands_down() -> None:
    shared = {info.name for info in key_info(Workload)}
    assert shared <= set(environment_schema()["$defs"]["Track"]["properties"])
    assert shared <= set(environment_schema()["$defs"]["Service"]["properties"])
    assert Service.shared is Workload


def test_a_service_s_own_file_takes_what_its_place_in_the_environment_takes() -> None:
    inline = environment_schema()["$defs"]["Service"]
    assert service_schema()["properties"] == inline["properties"]
    assert service_schema()["type"] == "object"
    shared = {
        model: body for model, body in environment_schema()["$defs"].items() if model in service_schema()["$defs"]
    }
    assert service_schema()["$defs"] == shared


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("port", "port"), ("mount_path", "mountPath"), ("initial_delay_seconds", "initialDelaySeconds")],
)
def test_a_field_is_spelt_as_a_key(name: str, spelling: str) -> None:
    assert camel(name) == spelling


def test_an_overlay_that_names_its_schema_is_accepted_layer_by_layer(repository_root: Path) -> None:
    chains = read_chains(snapshot(repository_root))
    layers = {overlay.name: overlay for chain in chains.values() for overlay in chain}
    assert set(layers) == {"base", "dev", "staging", "production", "production-eu"}
    validator = Draft202012Validator(environment_schema())
    for overlay in layers.values():
        first = (repository_root / overlay.path).read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../schemas/environment.schema.json"
        assert [error.message for error in validator.iter_errors(plain(overlay.root))] == []
    assert plain(layers["dev"].root)["services"]["search"]["podDisruptionBudget"] is None


def test_each_service_of_the_example_would_do_as_a_file_of_its_own(repository_root: Path) -> None:
    validator = Draft202012Validator(service_schema())
    for chain in read_chains(snapshot(repository_root)).values():
        for overlay in chain:
            for name, service in plain(overlay.root)["services"].items():
                assert [error.message for error in validator.iter_errors(service)] == [], f"{overlay.path}: {name}"

"""The reference page: current, and with a line for every key of the format."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from gitramp.model import Environment
from gitramp.model.key import key_info
from gitramp.overlay_schema import environment_schema


@pytest.fixture(scope="module")
def page(repository_root: Path) -> str:
    return (repository_root / "docs" / "reference.md").read_text(encoding="utf-8")


def script(root: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, root / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_schema_gives(repository_root: Path, page: str) -> None:
    written = script(repository_root, "write_reference").reference()
    assert page == written, "docs/reference.md is not what the model gives: run `make reference`"


def test_the_schema_of_results_is_what_its_script_writes(
    repository_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository_root / "scripts"))  # as Python does for a script: `results` is beside it
    written = script(repository_root, "write_result_schema").text()
    committed = (repository_root / "schemas" / "result.schema.json").read_text(encoding="utf-8")
    assert committed == written, "schemas/result.schema.json is not what the script writes: run `make reference`"


def test_every_key_has_a_line(page: str) -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    schema = environment_schema()
    wanted = {"Environment": [info.name for info in key_info(Environment)]}
    wanted |= {name: list(found["properties"]) for name, found in schema["$defs"].items()}
    handed_down = set(wanted["Track"])
    for name, keys in wanted.items():
        own = [key for key in keys if name != "Service" or key not in handed_down]
        missing = [key for key in own if f"\n| `{key}` |" not in sections[name]]
        assert missing == []


def test_every_link_leads_to_a_section(page: str) -> None:
    sections = {name.lower() for name in re.findall(r"^## (\w+)$", page, re.MULTILINE)}
    assert {link for link in re.findall(r"\]\(#(\w+)\)", page) if link not in sections} == set()

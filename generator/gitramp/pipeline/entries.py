"""The catalogue as people read it: a code with its rule in one sentence, and an example of what has it.

Owns `examples.json`, which `make reference` writes from the tests' fixtures and which travels in the wheel. Must not
know how an entry is shown.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gitramp import checks, steps
from gitramp.pipeline.catalogue import code_named, every_code
from gitramp.problem import FAMILIES, Code, Severity, UsageError

EXAMPLES = Path(__file__).with_name("examples.json")
_NUMBER = re.compile(r"^GR\d{3}: ")


@dataclass(frozen=True, slots=True)
class Example:
    """Files that have a code, the finding as it is printed, and what other lines would not have it.

    `mended` is empty where the difference is too large to be shown.
    """

    files: Mapping[str, str]
    finding: str
    mended: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A code, the rule that it tells a breach of, and an example where one can be shown in a file."""

    code: Code
    what: str
    example: Example | None

    @property
    def states_more(self) -> bool:
        """Whether the rule's sentence says more than the title."""
        return self.what != _sentence(self.code.title)


def entry(number: str) -> Entry:
    """Return the entry of a code; raises UsageError for a number that is none."""
    return _entry(code_named(number))


def entries(family: str = "", severity: str = "") -> tuple[Entry, ...]:
    """Return the entries of a family, of a severity, or all; raises UsageError for a family that there is not."""
    names = [name for _, name in FAMILIES]
    wanted = [name for name in names if family and name.lower().startswith(family.lower())]
    if family and not wanted:
        raise UsageError(f"there is no family {family}; the families are {', '.join(reversed(names))}")
    known = (code for code in every_code().values() if not family or code.family in wanted)
    return tuple(_entry(code) for code in known if not severity or code.severity is Severity(severity))


def _entry(code: Code) -> Entry:
    return Entry(code, _stated().get(code.number) or _sentence(code.title), _examples().get(code.number))


@functools.cache
def _stated() -> Mapping[str, str]:
    """Return what each rule's own file says that it demands, by the number of its code."""
    rules = (*checks.rules(), *steps.rules())
    said = {rule.code.number: sys.modules[rule.find.__module__].__doc__ or "" for rule in rules}
    first = {number: _NUMBER.sub("", " ".join(text.split("\n\n")[0].split())) for number, text in said.items()}
    return MappingProxyType({number: _sentence(text) for number, text in first.items()})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


@functools.cache
def _examples() -> Mapping[str, Example]:
    try:
        known = json.loads(EXAMPLES.read_bytes())
    except FileNotFoundError:  # it is being written for the first time
        known = {}
    return MappingProxyType({number: Example(**said) for number, said in known.items()})

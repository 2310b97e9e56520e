"""How a key of the overlay format is declared: a dataclass field that carries its own documentation.

Owns `key` and what can be read back from it. Must not know which keys exist.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, NewType, get_type_hints

from gitramp.pointer import Pointer

_REQUIRED: Any = object()

Upstream = Mapping[str, Any]
"""A structure of Kubernetes or Istio, spelt as upstream spells it; the schemas of gate 5 judge what is in it."""

MergePatch = NewType("MergePatch", Mapping[str, Any])
"""A JSON Merge Patch. Two layers of it have the effect of both, one after the other: null stays null in it, and a
mapping that takes the place of something else is a `Replacement`."""


class Replacement(dict[str, Any]):
    """A mapping of a merge patch before which what was there goes away."""


ServicePiece = NewType("ServicePiece", Mapping[str, Any])
"""Some keys of a service, as they are said: what is missing is asked of the services that include it."""


def key(description: str, *, example: Any, default: Any = _REQUIRED, name: str = "", **keywords: Any) -> Any:
    """Declare a key of the format.

    `default` left out makes the key required once all layers are merged. `name` is the spelling in an overlay when
    it is not the field's name in camelCase. `keywords` are JSON Schema keywords (`minimum`, `pattern`...), with `_`
    for `-`; `x_code` and `x_hint` choose the finding's code and remedy.
    """
    about = {
        "description": description,
        "example": example,
        "name": name,
        "keywords": {k.replace("_", "-") if k.startswith("x_") else k: v for k, v in keywords.items()},
    }
    if default is _REQUIRED:
        return field(metadata=about)
    if default == {} and isinstance(default, dict):
        return field(default_factory=dict, metadata=about)
    return field(default=default, metadata=about)


def injected(default: Any) -> Any:
    """Declare a field that no overlay says, for it is filled in: an object's name, its place, a file beside it."""
    about = {"injected": True}
    if default == {} and isinstance(default, dict):
        return field(default_factory=dict, metadata=about)
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A declared key, read back: spelling, field, type and documentation."""

    name: str
    attribute: str
    type: Any
    required: bool
    default: Any
    description: str
    example: Any
    keywords: Mapping[str, Any]


@functools.cache
def key_info(model: type) -> tuple[KeyInfo, ...]:
    """Return the keys that a model class declares, in the order they are written there."""
    hints = get_type_hints(model)
    return tuple(
        KeyInfo(
            name=f.metadata["name"] or camel(f.name),
            attribute=f.name,
            type=hints[f.name],
            required=f.default is MISSING and f.default_factory is MISSING,
            default=f.default_factory() if f.default_factory is not MISSING else f.default,
            description=f.metadata["description"],
            example=f.metadata["example"],
            keywords=f.metadata["keywords"],
        )
        for f in fields(model)
        if "description" in f.metadata
    )


def camel(name: str) -> str:
    """Spell a field's name as a key: `mount_path` -> `mountPath`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Anything that knows the overlay pointer it was parsed from."""

    text_form: ClassVar[str] = ""
    """The key that a plain text in the place of the mapping stands for, "" when only a mapping will do."""

    pointer: Pointer = injected(())
    is_text: bool = injected(default=False)
    """Whether the overlay says the text form."""

    def at(self, *steps: str | int) -> Pointer:
        """Return the pointer of something beneath."""
        if self.is_text and steps == (self.text_form,):
            return self.pointer
        return (*self.pointer, *steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Placed):
    """A placed value in a mapping, which knows its key there."""

    name: str = injected("")

"""The findings of gate 2, and how values are named in them.

Owns codes GR101 to GR109, and GR204 and GR232, whose bounds the schema knows.
"""

from __future__ import annotations

from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.source import show

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

CANARIES = Code(
    "GR232",
    "more than one canary at once",
    "With two, neither ramp can be judged: each changes the other's share, and a fault is nobody's in particular.",
    "ramp one, then the next; until then another track is reached at its own address, `<service>.services-<track>`",
)


def label(pointer: Pointer) -> str:
    """Name a value by the last steps to it: `canary weight`, `v1 image`."""
    return " ".join(show(str(step)) for step in pointer[-2:]) or "the overlay"

"""From merged values to the model: gate 2.

Owns `check_schema`, which finds every fault of form, and `parse`, which builds the types. Must not know where values
come from.
"""

from gitramp.parse.build import parse
from gitramp.parse.schema import check_schema

__all__ = ["check_schema", "parse"]

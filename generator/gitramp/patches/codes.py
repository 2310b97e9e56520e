"""The findings of patches.

Owns codes GR123 to GR125. Must not know how a patch is applied.
"""

from __future__ import annotations

from gitramp.problem import Code

NO_TARGET = Code(
    "GR123",
    "a patch of an object that is not rendered",
    "It would have no effect; most often the object has been renamed since the patch was written.",
    "name an object that is rendered, or remove the patch",
)
IMPOSSIBLE = Code(
    "GR124",
    "a patch that cannot be applied",
    "An operation that is skipped would leave half of a change.",
    "mend the operation; `gitramp explain FILE` shows what is rendered",
    source="https://www.rfc-editor.org/rfc/rfc6902",
)
FORBIDDEN = Code(
    "GR125",
    "a patch of what must not be patched",
    "Who gets which requests is rendered from the model alone, so that it can be read, checked and ramped; and an "
    "object with another name or kind is another object.",
    "say it in the overlay's own keys",
)

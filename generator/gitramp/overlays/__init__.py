"""Find the overlays of a workspace and put them in order: each environment with the layers beneath it.

Owns the layout of `environments/`. Only `snapshot` and `save` touch the disk. Must not know how layers merge.
"""

from gitramp.overlays.chains import Read, attached, is_input, names, parts_of, read_chains, read_mapping
from gitramp.overlays.disk import save, snapshot, write_apart

__all__ = [
    "Read",
    "attached",
    "is_input",
    "names",
    "parts_of",
    "read_chains",
    "read_mapping",
    "save",
    "snapshot",
    "write_apart",
]

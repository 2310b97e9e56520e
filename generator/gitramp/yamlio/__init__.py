"""The only package that knows YAML: `read` people's files with marks, `write` canonical manifests.

Must not know what the trees mean.
"""

from gitramp.yamlio.read import MAX_BYTES, read, too_large
from gitramp.yamlio.write import write

__all__ = ["MAX_BYTES", "read", "too_large", "write"]

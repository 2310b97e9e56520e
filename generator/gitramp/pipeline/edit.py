"""One value in one overlay file: which file takes it, and what the file then says.

Owns the way from keys of a service to a file, and the words of an edit that cannot be made. Must not know YAML, nor
what the keys mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitramp import yamlio
from gitramp.problem import UsageError
from gitramp.source import Overlay


def place(overlay: Overlay, service: str, steps: Sequence[str]) -> tuple[str, list[str]]:
    """Return the file that takes a service's value, and the path in it: the service's own file where there is one."""
    own = f"{overlay.path.removesuffix('.yaml')}/services/{service}.yaml"
    return (own, list(steps)) if own in overlay.files else (overlay.path, ["services", service, *steps])


def edited(path: str, before: bytes, steps: list[str], value: yamlio.Tree) -> bytes:
    """Return a file with a value set; raises UsageError when it cannot be set without another one."""
    try:
        return yamlio.edit(before, steps, value)
    except KeyError as error:
        raise UsageError(f"{error.args[0]} in {path} is not a mapping") from None
    except yamlio.NotAlone as error:
        raise _shared(path, error) from None


def removed(path: str, before: bytes, steps: list[str]) -> bytes:
    """Return a file without a key; raises UsageError when it cannot go without another one."""
    try:
        return yamlio.remove(before, steps)
    except yamlio.NotAlone as error:
        raise _shared(path, error) from None


def _shared(path: str, error: yamlio.NotAlone) -> UsageError:
    message = f"{error} in {path} is shared with other values, by an alias or its layout; edit the file by hand"
    return UsageError(message)

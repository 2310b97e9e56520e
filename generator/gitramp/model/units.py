"""The forms of values that several keys share: amounts, durations, paths; each with the remedy for a wrong one.

Owns the patterns, as JSON Schema keywords. Must not know any key.
"""

from __future__ import annotations

from typing import Any

QUANTITY: dict[str, Any] = {
    "pattern": r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
    "x_hint": 'write a Kubernetes quantity in quotes, such as "250m", "1" or "128Mi"',
}
# One whole number, one unit: the mesh refuses less than 1 ms and fractions of it, Go more than 2,562,047 hours.
DURATION: dict[str, Any] = {
    "pattern": r"^[1-9][0-9]{0,5}(h|m|s|ms)$",
    "x_hint": "write a whole number with a unit, such as 30s, 500ms or 5m",
}
FOLDER: dict[str, Any] = {"pattern": "^/[^:]+$", "x_hint": "write an absolute path, such as /etc/app"}
ATTACHED: dict[str, Any] = {
    "pattern": r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/files/[^\x00-\x1f]+$",
    "x_hint": "put the file into environments/<overlay>/files/ and name it from there: base/files/app.ini",
}
TEXT: dict[str, Any] = {
    "pattern": r"^[^\x00-\x08\x0a-\x1f\x7f]*$",
    "x_hint": "remove control characters and line ends: no request carries them",
}

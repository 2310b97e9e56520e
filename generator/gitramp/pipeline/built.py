"""One environment as it comes out of the gates that need no disk.

Owns `Built`, which every part of the line after that shares. Must not know how it was built.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gitramp.allowances import Allowance
from gitramp.model import Environment
from gitramp.problem import Allowed, Finding
from gitramp.request_tests import Asked
from gitramp.resource import ManifestSet
from gitramp.sound import Sound
from gitramp.source import Values


@dataclass(frozen=True, slots=True)
class Built:
    """One environment, taken through the gates that need no disk: its values, model, objects and findings.

    `allowed` are findings that comments allow, `allowances` what comments of its files allow, found or not. `files` are
    path and bytes of each object's file, in the order of the objects, and `sound` what the rules over objects were
    content with, as `checks.judge` says it; both only where somebody asked for them. `asked` counts the request tests.
    """

    values: Values
    environment: Environment
    manifests: ManifestSet
    findings: tuple[Finding, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    sound: Sound = field(default_factory=Sound)
    asked: Asked = field(default_factory=Asked)

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.values.name

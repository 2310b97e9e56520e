"""Where things are: the folders of a workspace and of the installed package.

Owns paths and the names in them. Must not read or write anything but look whether a folder exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = "environments"
FILES = "files"  # folder of an overlay for what is no overlay: texts, pictures, manifests
RENDERED = "rendered"
DELIVERY = "_delivery"
ISTIO = "_istio"
BESIDE = (DELIVERY, ISTIO)  # folders of `rendered/` that are no environment: a name never starts with _
EXTRA_SCHEMAS = "schemas/extra"  # of kinds that came with `manifests`
_NEWEST = ("gateway-api", "argo-cd", "flux", "external-secrets")  # schemas that no key of the platform chooses


def folder_of(environment: str, beside: str = "") -> str:
    """Return the folder of an environment's objects, from the workspace's root: its own, or one beside it."""
    return "/".join(part for part in (RENDERED, beside, environment) if part)


def folders_of(environment: str) -> tuple[str, ...]:
    """Return every folder that an environment's objects can be in."""
    return tuple(folder_of(environment, beside) for beside in ("", *BESIDE))


def environment_of(path: str) -> str:
    """Return the environment that a path below `rendered/` belongs to, "" for none."""
    parts = path.split("/")
    at = 2 if parts[1:2] and parts[1] in BESIDE else 1
    return parts[at] if parts[0] == RENDERED and len(parts) > at + 1 else ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A user's repository, or the folder in it, that holds `environments/` and `rendered/`."""

    root: Path

    @property
    def environments(self) -> Path:
        """Overlays: what people edit."""
        return self.root / ENVIRONMENTS

    @property
    def rendered(self) -> Path:
        """What Argo CD or Flux applies."""
        return self.root / RENDERED

    @property
    def state(self) -> Path:
        """Staging, journal and lock of a run; never committed."""
        return self.root / ".gitramp"

    @property
    def schemas(self) -> Path:
        """Schemas of gate 5: the workspace's own when it has any, else those that came with gitramp."""
        own = self.root / "schemas"
        return own if (own / "kubernetes").is_dir() else bundled_schemas()

    def schema_folders(self, kubernetes: str, istio: str) -> tuple[Path, ...]:
        """Return the folders whose schemas apply to a platform; the workspace's own for other kinds come last."""
        root = self.schemas
        newest = [folder for name in _NEWEST for folder in sorted((root / name).glob("[0-9]*"))[-1:]]
        extra = self.root / EXTRA_SCHEMAS
        own = (extra,) if extra.is_dir() else ()
        return (root / "kubernetes" / kubernetes, root / "istio" / istio, *newest, *own)

    @property
    def tools(self) -> Path:
        """The project's own tool folder, looked at before PATH."""
        return self.root / ".tools" / "bin"


def bundled_schemas() -> Path:
    """Return the schemas in the wheel or, in a checkout, those at the top of the repository."""
    package = Path(__file__).resolve().parent
    in_wheel = package / "schemas"
    return in_wheel if in_wheel.is_dir() else package.parents[1] / "schemas"

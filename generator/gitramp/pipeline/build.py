"""The part of the line that needs no disk: from overlay files to checked objects.

Owns the order of gates 1 to 4. Must not know how any stage works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gitramp import checks, documents, merge, overlays, parse, patches, provenance
from gitramp.expand import deliver, expand
from gitramp.model import Environment
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.pointer import Pointer
from gitramp.problem import Code, Finding, InputRejected, Related, Report, Severity
from gitramp.resource import Breach, Manifest, ManifestSet, Origin
from gitramp.source import Overlay, Snapshot, Values

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Tell nobody how far a run is."""


@dataclass(frozen=True, slots=True)
class Built:
    """One environment, taken through the gates that need no disk: its values, model, objects and findings."""

    values: Values
    environment: Environment
    manifests: ManifestSet
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.values.name


def build(taken: Snapshot, names: Iterable[str] = (), progress: Progress = silent) -> tuple[Built, ...]:
    """Take environments through gates 1 to 4 and expand them; all when none is named.

    Raises InputRejected with every finding of every environment when any of them is an error.
    """
    try:
        return _build_all(taken, names, progress)
    except InputRejected as rejected:
        raise rejected.over(taken.files) from None


def _build_all(taken: Snapshot, names: Iterable[str], progress: Progress) -> tuple[Built, ...]:
    progress("reading overlays")
    chains = overlays.read_chains(taken, names)
    attached = overlays.attached(taken)
    built: list[Built] = []
    findings: list[Finding] = []
    for name, chain in chains.items():
        progress(f"expanding {name}")
        try:
            built.append(_build(name, chain, attached))
            findings.extend(built[-1].findings)
        except InputRejected as rejected:
            findings.extend(rejected.report)
    report = Report.of(findings)
    if report.failed:
        raise InputRejected(report)
    return tuple(built)


def _build(name: str, chain: tuple[Overlay, ...], attached: Mapping[str, bytes]) -> Built:
    values = merge.merge(name, chain)
    _refuse_errors(parse.check_schema(values))
    values = documents.attach(merge.inherit(values), attached)
    environment = documents.fill(replace(parse.parse(values), attached=attached), values)
    early = tuple(located(checks.check_environment(environment), values))
    _refuse_errors(early)
    patched, faults = patches.apply(environment, expand(environment))
    _refuse_errors(tuple(located(faults, values, RenderedPlaces(name))))
    manifests = deliver(environment, patched)
    late = tuple(located(_late(environment, manifests), values, RenderedPlaces(name)))
    return Built(values, environment, manifests, early + late)


def _late(environment: Environment, manifests: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    yield from checks.check_manifests(manifests)
    yield from checks.check_policy(environment, manifests)


def _refuse_errors(findings: tuple[Finding, ...]) -> None:
    if any(f.severity is Severity.ERROR for f in findings):
        raise InputRejected(Report.of(findings))


def _origin(manifest: Manifest | None, pointer: Pointer) -> Origin:
    """Return where a fault came from: what no overlay value decides is right as rendered, so a patch is at fault."""
    if manifest is None:
        return Origin((pointer,))
    at = manifest.origin(pointer)
    return Origin(manifest.changed_by[-1:]) if manifest.changed_by and at.pointers == (manifest.owner,) else at


def located(
    breaches: Iterable[tuple[Code, Breach]], values: Values, rendered: RenderedPlaces | None = None
) -> Iterator[Finding]:
    """Turn breaches into findings at the lines that caused them, each with the place where the field is rendered."""
    for code, breach in breaches:
        subject = "" if breach.manifest is None else str(breach.manifest.id)
        mark = provenance.place(_origin(breach.manifest, breach.pointer), values)
        related = tuple(
            Related(at, other.message)
            for other in breach.related
            if (at := provenance.place(_origin(other.manifest, other.pointer), values))
        )
        if rendered and breach.manifest:
            related = (*related, rendered.of(breach.manifest, breach.pointer))
        yield Finding(code, breach.message, mark, breach.remedy, subject, related)

"""The part of the line that needs no disk: from overlay files to checked objects.

Owns the order of gates 1 to 4. Must not know how any stage works.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from gitramp import (
    checks,
    documents,
    merge,
    overlays,
    parse,
    patches,
    provenance,
    ratings,
    request_tests,
    tree,
    weakening,
)
from gitramp.expand import deliver, expand
from gitramp.model import Environment
from gitramp.pipeline.built import Built
from gitramp.pipeline.catalogue import catalogue, every_code
from gitramp.pipeline.compare import parities
from gitramp.pipeline.judge import judge
from gitramp.pipeline.merged import merged
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.pointer import Pointer
from gitramp.problem import Code, Finding, InputRejected, Related, Report, Severity
from gitramp.resource import Breach, Manifest, ManifestSet, Origin
from gitramp.sound import Sound
from gitramp.source import Overlay, Snapshot, Values

_OF_POLICIES = frozenset({"policy", "steps"})
"""Families of codes that tell what a policy demands."""

Progress = Callable[[str], None]
Recall = Callable[[str], Sound]
"""Environment -> what is known to be sound in it."""


def silent(_: str) -> None:
    """Tell nobody how far a run is."""


def build(
    taken: Snapshot,
    names: Iterable[str] = (),
    progress: Progress = silent,
    today: date | None = None,
    recall: Recall | None = None,
) -> tuple[Built, ...]:
    """Take environments through gates 1 to 4 and expand them; all when none is named.

    `today` is the day on which allowances hold or have run out; without one, all hold. With `recall` they have their
    rendered files, and no rule is asked about what is known to be sound.
    Raises InputRejected with every finding of every environment when any of them is an error.
    """
    try:
        return _build_all(taken, names, progress, today, recall)
    except InputRejected as rejected:
        raise rejected.over(taken.files) from None


def _build_all(
    taken: Snapshot, names: Iterable[str], progress: Progress, today: date | None, recall: Recall | None
) -> tuple[Built, ...]:
    progress("reading overlays")
    chains = overlays.read_chains(taken, names)
    attached = overlays.attached(taken)
    expanded: list[tuple[Built, tuple[Finding, ...]]] = []
    findings: list[Finding] = []
    for name, chain in chains.items():
        progress(f"expanding {name}")
        try:
            expanded.append(_build(name, chain, attached, recall))
        except InputRejected as rejected:
            findings.extend(rejected.report)
    compared = parities([one for one, _ in expanded], taken, everything=not names and not findings)
    built = [judge(one, (*found, *compared.get(one.name, ())), taken, today) for one, found in expanded]
    allowed = (each for one in built for each in one.allowed)
    report = Report.of([*findings, *(f for one in built for f in one.findings)], allowed=allowed)
    if report.failed:
        raise InputRejected(report)
    return tuple(built)


def built_before(taken: Snapshot, name: str) -> Built:
    """Expand an environment of another revision; rules over its objects, which may be younger, are not asked.

    Raises InputRejected when it cannot be read or expanded.
    """
    return grown(*modelled(taken, name))


def modelled(taken: Snapshot, name: str) -> tuple[Values, Environment]:
    """Read the values and the model of an environment of any revision; raises InputRejected when it fits no schema."""
    chain = overlays.read_chains(taken, [name])[name]
    return _model(name, chain, overlays.attached(taken))


def grown(values: Values, environment: Environment, only: Collection[str] = ()) -> Built:
    """Expand an environment, or what some services and none are; rules over its objects are not asked.

    Raises InputRejected when it cannot be expanded.
    """
    return _grown(values, environment, only)[0]


def model_of(
    taken: Snapshot, name: str, services: Collection[str] = (), read: overlays.Read = overlays.read_mapping
) -> Environment:
    """Read the model of an environment of another revision, with some of its services or all.

    Raises InputRejected when it fits no schema of today.
    """
    chain = overlays.read_chains(taken, [name], read)[name]
    return _model(name, tuple(with_only(overlay, services) for overlay in chain), {})[1]


def with_only(overlay: Overlay, services: Collection[str]) -> Overlay:
    """Leave services out: a thousand of them take a hundred times as long as one."""
    said, root = overlay.said("services"), overlay.root
    if not services or said is None or not isinstance(said.value, dict) or not isinstance(root.value, dict):
        return overlay
    kept = said._replace(value={name: node for name, node in said.value.items() if name in services})
    return replace(overlay, root=root._replace(value={**root.value, "services": kept}))


def _build(
    name: str, chain: tuple[Overlay, ...], attached: Mapping[str, bytes], recall: Recall | None
) -> tuple[Built, tuple[Finding, ...]]:
    """Return one environment, and what was found in it, which is not judged yet."""
    built, early = _expanded(name, chain, attached)
    manifests = built.manifests
    built, breaches = _judged(built, recall(name)) if recall else (built, tuple(checks.check_manifests(manifests)))
    built = replace(built, asked=request_tests.ask(built.environment, manifests))
    late = (*breaches, *_late(built.environment, manifests), *built.asked.breaches)
    found = (*early, *_weakened(name, chain), *located(late, built.values, RenderedPlaces(name)))
    if not any(each.severity is Severity.ERROR for each in found):  # what no rule told, for it is no consequence
        found = (*found, *located(built.asked.by_default, built.values))
    return built, found


def _expanded(
    name: str, chain: tuple[Overlay, ...], attached: Mapping[str, bytes]
) -> tuple[Built, tuple[Finding, ...]]:
    """Return one environment with its objects, and what was found on the way to them."""
    return _grown(*_model(name, chain, attached))


def _grown(values: Values, environment: Environment, only: Collection[str] = ()) -> tuple[Built, tuple[Finding, ...]]:
    """Return an environment with its objects, or with those of some services and of none."""
    early = tuple(located(checks.check_environment(environment), values))
    _refuse_errors(early)
    patched, faults = patches.apply(environment, expand(environment, only))
    _refuse_errors(tuple(located(faults, values, RenderedPlaces(values.name))))
    return Built(values, environment, deliver(environment, patched)), early


def _model(name: str, chain: tuple[Overlay, ...], attached: Mapping[str, bytes]) -> tuple[Values, Environment]:
    values = merged(name, chain, attached)
    return values, documents.fill(replace(parse.parse(values), attached=attached), values)


def _judged(built: Built, known: Sound) -> tuple[Built, tuple[tuple[Code, Breach], ...]]:
    """Render the files and ask the rules about what is not known to be sound."""
    files = tuple(_file(built.name, manifest) for manifest in built.manifests)
    digests = [checks.digest(path.encode("utf-8", "surrogateescape"), content) for path, content in files]
    verdict = checks.judge(built.manifests, digests, known)
    return replace(built, files=files, sound=verdict.sound), verdict.breaches


def _file(environment: str, manifest: Manifest) -> tuple[str, bytes]:
    path = tree.file_of(environment, manifest)
    try:
        return path, tree.content_of(environment, manifest)
    except TypeError:  # what no file could hold: a faulty patch, of which the rules tell
        return path, repr(manifest.body).encode("utf-8", "backslashreplace")


def _weakened(name: str, chain: tuple[Overlay, ...]) -> Iterator[Finding]:
    """Yield where a layer loosens what the policies of those beneath it demand."""
    said = [(overlay, node) for overlay in chain if (node := overlay.said("policy")) is not None]
    alone = [replace(overlay, root=overlay.root._replace(value={"policy": node})) for overlay, node in said]
    own = {number: code for number, code in every_code().items() if code.family in _OF_POLICIES}
    for position, (_, above) in list(enumerate(said))[1:]:
        below = merge.merge(name, alone[:position]).nearest(("policy",))
        layers = tuple(node for _, node in said[:position])
        yield from weakening.find(weakening.Demands(below, own, layers), above)


def _late(environment: Environment, manifests: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    yield from checks.check_policy(environment, manifests)
    yield from ratings.faults(environment, catalogue())


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

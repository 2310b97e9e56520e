"""GR321: of several ways to say a thing, one is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import containers, side_containers, templates, tracks
from gitramp.model import Environment, PodTemplate, Probes, Track
from gitramp.model.container import Container, SideContainer
from gitramp.model.key import Placed
from gitramp.problem import Code

CODE = Code(
    "GR321",
    "none or several of what excludes each other",
    "A probe looks in one way, a hook does one thing, a variable has one source, a volume is in one place; the API "
    "server refuses two, and none means nothing.",
    "say exactly one of them",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each probe, hook, variable, source and volume that does not say one way."""
    for container in containers(environment):
        yield from _sources(container)
    for _, track in tracks(environment):
        yield from _probes(track.probes, "path, tcp, grpc and exec")
        yield from _hooks(track)
        for name, said in track.config.files.items() if track.config else ():
            ways = {"text": said.text, "file": said.file}
            yield from _not_one(
                f"config file {name}", [w for w, v in ways.items() if v is not None], "text and file", said
            )
    for patch in environment.patches.values():
        yield from _not_one(f"patch {patch.name}", patch.ways, "merge and json", patch)
    for _, template in templates(environment):
        yield from _volumes(template)
        for side in template.init_containers.values():
            if side.probes != Probes(pointer=side.probes.pointer):
                message = f"init container {side.name} says probes, and runs before anything is probed"
                yield Breach(message, side.probes.pointer, remedy="remove them, or make it one of `sidecars`")
        for side in side_containers(template):
            yield from _probes(side.probes, "path, tcp, grpc and exec")
            yield from _ports(side)


def _not_one(what: str, said: Sequence[str], all_of: str, place: Placed) -> Iterator[Breach]:
    if len(said) != 1:
        has = " and ".join(said) or f"none of {all_of}"
        yield Breach(f"{what} says {has}", place.pointer)


def _probes(probes: Probes, ways: str) -> Iterator[Breach]:
    for name, probe in (("startup", probes.startup), ("liveness", probes.liveness), ("readiness", probes.readiness)):
        if probe is not None:
            yield from _not_one(f"the {name} probe", probe.ways, ways, probe)


def _ports(side: SideContainer) -> Iterator[Breach]:
    for probe in (side.probes.startup, side.probes.liveness, side.probes.readiness):
        if probe is not None and probe.port is None and not probe.exec:
            message = f"a probe of {side.name} has no port"
            yield Breach(message, probe.pointer, remedy="say the port on which the container listens")


def _hooks(track: Track) -> Iterator[Breach]:
    for name, hook in (("postStart", track.lifecycle.post_start), ("preStop", track.lifecycle.pre_stop)):
        if hook is not None:
            yield from _not_one(f"the {name} hook", hook.ways, "sleep, exec and path", hook)


def _sources(container: Container) -> Iterator[Breach]:
    for name, variable in container.env.items():
        refs = {
            "value": variable.value,
            "secretKeyRef": variable.secret_key_ref,
            "configMapKeyRef": variable.config_map_key_ref,
            "fieldRef": variable.field_ref,
            "resourceFieldRef": variable.resource_field_ref,
        }
        said = [kind for kind, ref in refs.items() if ref is not None]
        yield from _not_one(f"variable {name}", said, ", ".join(refs), variable)
    for name, source in container.env_from.items():
        kinds = {"secret": source.secret, "configMap": source.config_map}
        yield from _not_one(f"envFrom {name}", [k for k, v in kinds.items() if v is not None], ", ".join(kinds), source)


def _volumes(template: PodTemplate) -> Iterator[Breach]:
    for volume in template.volumes.values():
        if len(volume.kinds) > 1:
            yield Breach(f"volume {volume.name} says {' and '.join(volume.kinds)}", volume.pointer)


RULE = EnvironmentRule(CODE, find)

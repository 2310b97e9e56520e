"""A container: its image, what it runs, what it asks for, and how it is judged.

Owns the vocabulary of one container. Must not know pods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from gitramp.model.environ import EnvFrom, EnvVar
from gitramp.model.key import Named, Placed, key
from gitramp.model.units import QUANTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceList(Placed):
    """Amounts of compute resources."""

    cpu: str | None = key(
        "CPU, in cores or thousandths of a core.",
        example="250m",
        default=None,
        **QUANTITY,
    )
    memory: str | None = key("Memory, in bytes or with a unit.", example="128Mi", default=None, **QUANTITY)
    ephemeral_storage: str | None = key(
        "Local disk for logs, emptyDir volumes and the writable layer.",
        example="256Mi",
        default=None,
        name="ephemeral-storage",
        **QUANTITY,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources(Placed):
    """What the container asks for and what it may not exceed."""

    requests: ResourceList = key(
        "What the scheduler sets aside for the container.",
        example={"cpu": "50m", "memory": "64Mi"},
        default=ResourceList(),
    )
    limits: ResourceList = key(
        "What the container may not exceed.", example={"memory": "128Mi"}, default=ResourceList()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Placed):
    """How the kubelet judges the container: by HTTP, by a connection, by gRPC, or by a command; say one of them."""

    path: str | None = key(
        "Path that is asked by HTTP.", example="/-/liveness", default=None, pattern="^/", x_hint="start the path with /"
    )
    headers: Mapping[str, str] = key("Headers of the HTTP request.", example={"host": "search.local"}, default={})
    tcp: Literal[True] | None = key("A connection to the port is enough.", example=True, default=None)
    grpc: str | None = key(
        'Service that is asked by the gRPC health protocol; "" for the server as a whole.', example="", default=None
    )
    exec: tuple[str, ...] = key("Command that must end with 0.", example=["/bin/app", "check"], default=(), minItems=1)
    port: int | None = key(
        "Container port that is asked; the workload's `port` unless said otherwise.", example=8080, default=None
    )
    initial_delay_seconds: int = key("Seconds after the start before the first look.", example=5, default=0, minimum=0)
    period_seconds: int = key("Seconds between two looks.", example=10, default=10, minimum=1)
    timeout_seconds: int = key("Seconds until a look counts as failed.", example=2, default=2, minimum=1)
    failure_threshold: int = key("Failures in a row until the probe has failed.", example=3, default=3, minimum=1)

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are said: one, once the checks have passed."""
        said = {"path": self.path, "tcp": self.tcp, "grpc": self.grpc, "exec": self.exec or None}
        return tuple(way for way, value in said.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes(Placed):
    """The container's probes."""

    startup: Probe | None = key(
        "Holds back the other probes until it succeeds; for slow starters.",
        example={"path": "/-/liveness", "failureThreshold": 30},
        default=None,
    )
    liveness: Probe | None = key("Restarts the container when it fails.", example={"path": "/-/liveness"}, default=None)
    readiness: Probe | None = key(
        "Takes the pod out of its Service while it fails.", example={"path": "/-/readiness"}, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Placed):
    """A container image: a reference as text, or its parts."""

    text_form: ClassVar[str] = "reference"

    reference: str | None = key(
        "The whole reference; a plain text in place of the mapping.",
        example="ghcr.io/acme/search:1.4.2",
        default=None,
        minLength=1,
    )
    repository: str | None = key(
        "Registry and name, without tag.", example="ghcr.io/acme/search", default=None, minLength=1
    )
    tag: str | None = key("Tag.", example="1.4.2", default=None, minLength=1)
    digest: str | None = key(
        "Digest; it wins over the tag, which then only tells people.",
        example="sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        default=None,
        minLength=1,
    )

    @property
    def text(self) -> str:
        """The reference as Kubernetes takes it: with tag and digest both, the digest is what is pulled."""
        if self.reference is not None:
            return self.reference
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository or ''}{tag}{f'@{self.digest}' if self.digest else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook(Placed):
    """What is done at a moment of the container's life; say one of the three."""

    sleep: int | None = key("Seconds to wait.", example=10, default=None, minimum=1)
    exec: tuple[str, ...] = key("Command that is run.", example=["/bin/app", "drain"], default=(), minItems=1)
    path: str | None = key(
        "Path that is asked by HTTP.", example="/-/drain", default=None, pattern="^/", x_hint="start the path with /"
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are said: one, once the checks have passed."""
        said = {"sleep": self.sleep, "exec": self.exec or None, "path": self.path}
        return tuple(way for way, value in said.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle(Placed):
    """Hooks into the container's life."""

    post_start: Hook | None = key("Done right after the start.", example={"exec": ["/bin/app", "warm"]}, default=None)
    pre_stop: Hook | None = key("Done before the container is told to stop.", example={"sleep": 10}, default=None)


# No slots: classes that have them cannot be joined. https://docs.python.org/3/reference/datamodel.html#slots
@dataclass(frozen=True, kw_only=True)
class Container(Placed):
    """The keys of any container."""

    image: Image = key("Container image with a fixed tag or a digest.", example="ghcr.io/acme/search:1.4.2")
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = key(
        "When the image is pulled; Kubernetes' own choice unless said otherwise.", example="IfNotPresent", default=None
    )
    command: tuple[str, ...] = key("Replaces the image's entry point.", example=["/bin/app"], default=())
    args: tuple[str, ...] = key("Arguments of the command.", example=["--verbose"], default=())
    env: Mapping[str, EnvVar] = key("Environment variables.", example={"LOG_LEVEL": "info"}, default={})
    env_from: Mapping[str, EnvFrom] = key(
        "Secrets and ConfigMaps whose keys become variables, by a name of yours; the last by name wins.",
        example={"settings": {"secret": "search-settings"}},
        default={},
    )
    resources: Resources = key(
        "What the container asks for and what it may not exceed.",
        example={"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
        default=Resources(),
    )
    run_as_user: int | None = key(
        "User id the container runs as; never 0, and not 1337, which is the sidecar's.",
        example=101,
        default=None,
        minimum=1,
        x_hint="name the unprivileged user of the image",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContainer(Named, Container):
    """A container beside the one that the track is about."""

    ports: Mapping[str, int] = key("Port name -> number on which it listens.", example={"metrics": 9000}, default={})
    mounts: Mapping[str, str] = key(
        "Volume of the track -> folder where this container has it.", example={"tmp": "/tmp"}, default={}
    )
    probes: Probes = key(
        "How the kubelet judges it; a probe names its port.",
        example={"readiness": {"path": "/ready", "port": 9000}},
        default=Probes(),
    )

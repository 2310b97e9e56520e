"""A pod with its containers: what a track and a job have in common.

Owns the keys that both may say. Must not know either of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model.container import Container, SideContainer
from gitramp.model.key import key
from gitramp.model.pod import Pod
from gitramp.model.storage import Volume


# No slots: classes that have them cannot be joined. https://docs.python.org/3/reference/datamodel.html#slots
@dataclass(frozen=True, kw_only=True)
class PodTemplate(Container, Pod):
    """The keys of a pod and of the container that it is about."""

    volumes: Mapping[str, Volume] = key(
        "Folders mounted into the container, by name.", example={"tmp": {"mountPath": "/tmp"}}, default={}
    )
    init_containers: Mapping[str, SideContainer] = key(
        "Containers that run to their end before the others start, in the order of their names. Istio's own sidecar, a "
        "native one, is there before them.",
        example={"migrate": {"image": "ghcr.io/acme/search:1.4.2", "args": ["migrate"]}},
        default={},
    )
    sidecars: Mapping[str, SideContainer] = key(
        "Containers that run beside the track's own: started before it and stopped after it.",
        example={"exporter": {"image": "ghcr.io/acme/exporter:0.3.0"}},
        default={},
    )

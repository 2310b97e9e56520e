"""The overlay format as types: the one source of truth for keys, defaults, limits and their documentation.

`overlay_schema` writes these classes as JSON Schema and `parse` fills them from merged overlays; both read nothing
but the fields. Owns the vocabulary. Must not know YAML, Kubernetes manifests or any stage.
"""

from gitramp.model.environment import Environment, Gateway, Namespaces, Platform
from gitramp.model.key import KeyInfo, key_info
from gitramp.model.service import Canary, Match, Ramp, Service, StringMatch, Track
from gitramp.model.workload import (
    Autoscaling,
    Config,
    Probe,
    Probes,
    ResourceList,
    Resources,
    TrafficPolicy,
    Workload,
)

__all__ = [
    "Autoscaling",
    "Canary",
    "Config",
    "Environment",
    "Gateway",
    "KeyInfo",
    "Match",
    "Namespaces",
    "Platform",
    "Probe",
    "Probes",
    "Ramp",
    "ResourceList",
    "Resources",
    "Service",
    "StringMatch",
    "Track",
    "TrafficPolicy",
    "Workload",
    "key_info",
]

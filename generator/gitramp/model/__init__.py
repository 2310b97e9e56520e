"""The overlay format as types: the one source of truth for keys, defaults, limits and their documentation.

`overlay_schema` writes these classes as JSON Schema and `parse` fills them from merged overlays; both read nothing
but the fields. Owns the vocabulary. Must not know YAML, Kubernetes manifests or any stage.
"""

from gitramp.model.analysis import Analysis, AnalysisQuery, Latency, LatencyRatio, SuccessRate, SuccessRateDrop
from gitramp.model.callers import admits, called, called_externals, callers_of, external_callers, is_guarded
from gitramp.model.container import Probe, Probes, ResourceList, Resources
from gitramp.model.delivery import ArgoCD, Delivery, Destination, Flux, IstioInstallation, SecretReference
from gitramp.model.environment import Environment, Labelled, Namespaces, Platform
from gitramp.model.external import External, ExternalPort, ExternalTls
from gitramp.model.gateway import Gateway, GatewayTls
from gitramp.model.hatches import ManifestFile, Patch
from gitramp.model.job import Job
from gitramp.model.jwt import ClaimRule, Jwt, TokenFree
from gitramp.model.key import KeyInfo, key_info
from gitramp.model.match import Match, PathMatch, StringMatch
from gitramp.model.parity import Parity
from gitramp.model.policy import Claimants, Policy, RequiredLabels
from gitramp.model.port import Port
from gitramp.model.ramp import Approval, Group, Ramp
from gitramp.model.request_test import ClientRequest, RequestTest
from gitramp.model.route import Cors, Fault, HeaderEdits, Headers, Redirect, Retries, Rewrite, Route
from gitramp.model.scaling import Autoscaling
from gitramp.model.service import Canary, Service, Sticky, Track
from gitramp.model.step_policy import Freeze, StepPolicy
from gitramp.model.storage import Config
from gitramp.model.template import PodTemplate
from gitramp.model.traffic_policy import TrafficPolicy
from gitramp.model.trust import Caller, PortException, Trust
from gitramp.model.workload import Workload

__all__ = [
    "Analysis",
    "AnalysisQuery",
    "Approval",
    "ArgoCD",
    "Autoscaling",
    "Caller",
    "Canary",
    "ClaimRule",
    "Claimants",
    "ClientRequest",
    "Config",
    "Cors",
    "Delivery",
    "Destination",
    "Environment",
    "External",
    "ExternalPort",
    "ExternalTls",
    "Fault",
    "Flux",
    "Freeze",
    "Gateway",
    "GatewayTls",
    "Group",
    "HeaderEdits",
    "Headers",
    "IstioInstallation",
    "Job",
    "Jwt",
    "KeyInfo",
    "Labelled",
    "Latency",
    "LatencyRatio",
    "ManifestFile",
    "Match",
    "Namespaces",
    "Parity",
    "Patch",
    "PathMatch",
    "Platform",
    "PodTemplate",
    "Policy",
    "Port",
    "PortException",
    "Probe",
    "Probes",
    "Ramp",
    "Redirect",
    "RequestTest",
    "RequiredLabels",
    "ResourceList",
    "Resources",
    "Retries",
    "Rewrite",
    "Route",
    "SecretReference",
    "Service",
    "StepPolicy",
    "Sticky",
    "StringMatch",
    "SuccessRate",
    "SuccessRateDrop",
    "TokenFree",
    "Track",
    "TrafficPolicy",
    "Trust",
    "Workload",
    "admits",
    "called",
    "called_externals",
    "callers_of",
    "external_callers",
    "is_guarded",
    "key_info",
]

"""GR966: an AuthorizationPolicy that refuses or asks has rules, and who asks says whom."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import authorization, mesh_objects
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR966",
    "an AuthorizationPolicy whose action istiod refuses",
    "DENY and CUSTOM act on what a rule matches: without rules they would never act. CUSTOM asks a provider, and no "
    "other action does.",
    "say a rule, {} for every request; and provider.name with CUSTOM only",
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield an action without rules, CUSTOM without a provider, and a provider without CUSTOM."""
    action = authorization.action(manifest)
    has_rules = any(body.items(manifest.body, "spec", "rules"))
    if action in {"DENY", "CUSTOM"} and not has_rules:
        yield Breach(f"action {action} has no rules", ("spec",), manifest)
    if action == "CUSTOM" and has_rules and not body.text(manifest.body, "spec", "provider", "name"):
        yield Breach("action CUSTOM names no provider", ("spec",), manifest)
    if action != "CUSTOM" and isinstance(body.field(manifest.body, "spec", "provider"), dict):
        yield Breach(f"action {show(action)} asks no provider", ("spec", "provider"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)

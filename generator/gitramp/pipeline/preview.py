"""A preview of an environment as it runs: built, shown in Envoy, and shown anew when its overlays change.

Owns the order of that, which local port is which door, and that an edit which is not valid leaves the routes as they
were. Must not know how routes are translated, nor what is printed.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import NamedTuple, Self

from gitramp import overlays, preview, router
from gitramp.pipeline.agreement import Agreements, agreements, asker
from gitramp.pipeline.build import build
from gitramp.pipeline.built import Built
from gitramp.pipeline.known import known
from gitramp.pipeline.probes import Probe, probes
from gitramp.preview import Door, Shown
from gitramp.preview.back_end import BackEnd
from gitramp.preview.process import Envoy, find, free_port, why_not
from gitramp.problem import UsageError
from gitramp.router.services import service_of, track_of
from gitramp.sound import Sound
from gitramp.workspace import ENVIRONMENTS, Workspace


class Place(NamedTuple):
    """Who a destination is: service and track, both empty for what is not of the environment."""

    service: str
    track: str


class Preview:
    """An environment in a running Envoy; use it as a context, and all of it is gone afterwards."""

    def __init__(self, workspace: Workspace, name: str, port: int = 0) -> None:
        self._workspace, self.name, self._wanted = workspace, name, port
        self._stack = ExitStack()
        self._stamp: dict[str, tuple[int, int]] = {}
        self.ports: dict[Door, int] = {}
        self._earlier: Counter[str] = Counter()
        self._sound: Sound | None = None

    def __enter__(self) -> Self:
        binary = find()
        self._stamp = self._stamped()
        self.built, self.shown = self._read()
        if not self.shown.routes:
            raise UsageError(f"{self.name} has no Service and routes nothing: there is nothing to show")
        with ExitStack() as stack:
            self._back_end = stack.enter_context(BackEnd(self._pod))
            self._envoy = stack.enter_context(Envoy(binary, self._back_end.port))
            self._show(self.shown)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def edited(self) -> bool:
        """Whether any file below `environments/` is another since this was asked last."""
        now = self._stamped()
        changed, self._stamp = now != self._stamp, now
        return changed

    def refresh(self) -> bool:
        """Show the overlays as they are now; say whether routes changed. Raises InputRejected, and nothing changes."""
        built, shown = self._read()
        changed = shown.routes != self.shown.routes
        self._show(shown)
        if changed:
            self._earlier = self._back_end.counts()
        self.built, self.shown = built, shown
        return changed

    def ensure_alive(self) -> None:
        """Raise ToolError when Envoy has ended: then nothing answers any more."""
        self._envoy.ensure_alive()

    def check(self) -> Agreements:
        """Ask every request class of Envoy and of the evaluator."""
        return agreements(self.name, self.built.manifests, self.probes(), asker(self.ports))

    def probes(self) -> tuple[Probe, ...]:
        """Return the requests that tell the routes apart."""
        return probes(self.built.manifests, tuple(self.ports), _domain(self.built))

    def counts(self) -> dict[Place, int]:
        """Return how many requests each track got since the routes changed last."""
        found: Counter[Place] = Counter()
        for meant, times in (self._back_end.counts() - self._earlier).items():
            found[self.place(meant)] += times
        return dict(sorted(found.items()))

    def place(self, destination: str) -> Place:
        """Return who a destination is."""
        host = destination.rpartition(":")[0] or destination
        service = service_of(self.built.manifests, host)
        return Place(service.id.name, track_of(service)) if service else Place(host, "")

    def _pod(self, destination: str) -> str:
        service, track = self.place(destination)
        return f"{service}-{track}-preview" if track else service

    def _read(self) -> tuple[Built, Shown]:
        (built,) = build(overlays.snapshot(self._workspace.root), [self.name], recall=self._recall)
        self._sound = built.sound
        return built, preview.shown(built.manifests, _domain(built))

    def _recall(self, name: str) -> Sound:
        """Return what was found sound before: by an earlier run, and later by this one. An edit is live the sooner."""
        return self._sound or known(self._workspace).recall(name)

    def _show(self, shown: Shown) -> None:
        for door in shown.routes:
            if door not in self.ports:
                self.ports[door] = free_port()
        if self._wanted and self.ports:
            self.ports[_main(shown)] = _unless_taken(self._wanted)
            self._wanted = 0
        self.ports = {door: port for door, port in self.ports.items() if door in shown.routes}
        self._envoy.show(shown, self.ports)

    def _stamped(self) -> dict[str, tuple[int, int]]:
        """Return when files were written and how long they are; one that goes meanwhile is not there."""
        found = {}
        for path in (self._workspace.root / ENVIRONMENTS).rglob("*"):
            try:
                stat = path.stat()
            except OSError:
                continue
            found[str(path)] = (stat.st_mtime_ns, stat.st_size)
        return found


def main_door(ports: dict[Door, int], shown: Shown) -> Door:
    """Return the door that people ask first."""
    return _main(Shown({door: hosts for door, hosts in shown.routes.items() if door in ports}))


def _main(shown: Shown) -> Door:
    """Return the first door at which a track is asked, else the first."""
    forwards = [door for door, hosts in shown.routes.items() if any("route" in r for h in hosts for r in h["routes"])]
    return next(iter([*forwards, *shown.routes]))


def _unless_taken(port: int) -> int:
    if fault := why_not(port):
        raise UsageError(f"port {port} of this machine {fault}; leave --port out for a free one")
    return port


def _domain(built: Built) -> str:
    return built.environment.platform.cluster_domain


def answer(built: Built, probe: Probe) -> router.Answer:
    """Return what the evaluator says of a request."""
    return router.answer(built.manifests, probe.request())

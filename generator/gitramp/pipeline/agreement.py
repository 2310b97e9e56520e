"""Whether the preview's Envoy and the evaluator give the same answer, request class by request class.

Owns how often each is asked and what counts as the same: all of it where one answer is certain, four standard
deviations where shares decide. Must not know how the preview is run, nor how the result is shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from gitramp import preview, router
from gitramp.pipeline.probes import Probe
from gitramp.preview import client
from gitramp.preview.client import Asked, Reply
from gitramp.resource import ManifestSet

MOST = 4000
"""Requests in all, but for those that are asked again."""
_CERTAIN, _FEWEST, _SHARED = 4, 60, 600
_SIGMAS = 4
Ask = Callable[[Probe, int], Counter[Reply]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A request class, what the evaluator says of it, what Envoy did, and why they differ, "" when they agree."""

    probe: Probe
    answer: router.Answer
    replies: Counter[Reply]
    why: str = ""

    @property
    def missed(self) -> bool:
        """Whether only the counts are off, which chance may have done."""
        known = {name_of(share) for share in self.answer.shares}
        return bool(self.why) and len(known) > 1 and {reply.destination for reply in self.replies} <= known


@dataclass(frozen=True, slots=True)
class Agreements:
    """What was asked of an environment; `unasked` request classes were too many."""

    environment: str
    asked: tuple[Agreement, ...]
    unasked: int = 0

    @property
    def differ(self) -> tuple[Agreement, ...]:
        """The request classes that are answered in two ways."""
        return tuple(each for each in self.asked if each.why)

    @property
    def requests(self) -> int:
        """How many requests were asked."""
        return sum(sum(each.replies.values()) for each in self.asked)


def agreements(name: str, manifests: ManifestSet, probes: Iterable[Probe], ask: Ask, most: int = MOST) -> Agreements:
    """Ask every request class; one that misses its shares is asked once more, four times as often."""
    listed = [(probe, router.answer(manifests, probe.request())) for probe in probes]
    shared = sum(1 for _, answer in listed if len(answer.shares) > 1)
    left = most - _CERTAIN * (len(listed) - shared)
    often = max(_FEWEST, min(_SHARED, left // max(shared, 1)))
    asked: list[Agreement] = []
    total = again = 0
    for position, (probe, answer) in enumerate(listed):
        times = often if len(answer.shares) > 1 else _CERTAIN
        if total + times > most:
            return Agreements(name, tuple(asked), len(listed) - position)
        found = _asked(probe, answer, times, ask)
        if found.missed and again + 4 * times <= most:
            again += 4 * times
            found = _asked(probe, answer, 4 * times, ask)
        asked.append(found)
        total += times
    return Agreements(name, tuple(asked))


def _asked(probe: Probe, answer: router.Answer, times: int, ask: Ask) -> Agreement:
    replies = ask(probe, times)
    return Agreement(probe, answer, replies, difference(answer, replies, led=not probe.door.tls))


def difference(answer: router.Answer, replies: Counter[Reply], *, led: bool = True) -> str:
    """Say in what replies are not what the evaluator says, "" when they are.

    Where a redirect leads is compared when it is `led`: a door for TLS is shown in the clear, and its scheme with it.
    """
    expected = {name_of(share): share.probability for share in answer.shares}
    for reply, times in replies.items():
        if not reply.status:
            return f"{times} requests got no answer"
        if not expected and (reply.destination or reply.status != answer.status):
            return f"{described(reply)} instead of {answer.status}"
        if expected and reply.destination not in expected:
            return f"{described(reply)}, which gets nothing"
        if led and answer.location and reply.location != answer.location:
            return f"the proxy sends to {reply.location} instead of {answer.location}"
        if answer.shares and answer.path and reply.path != answer.path:
            return f"the track sees {reply.path} instead of {answer.path}"
    return _off(expected, replies)


def _off(expected: dict[str, Fraction], replies: Counter[Reply]) -> str:
    total = sum(replies.values())
    got: Counter[str] = Counter()
    for reply, times in replies.items():
        got[reply.destination] += times
    for name, share in expected.items():
        probability = float(share)
        bound = _SIGMAS * math.sqrt(total * probability * (1 - probability))
        if abs(got[name] - total * probability) > bound:
            return f"{name} got {got[name]} of {total}, which is not {probability:.1%}"
    return ""


def name_of(share: router.Share) -> str:
    """Return a share's destination as the preview's back end names it."""
    return f"{share.host}:{share.port}" if share.port else share.host


def described(reply: Reply) -> str:
    """Say who replied."""
    return reply.destination or f"the proxy with {reply.status}"


def asker(ports: dict[preview.Door, int]) -> Ask:
    """Return what asks at the doors of a preview."""

    def ask(probe: Probe, times: int) -> Counter[Reply]:
        return client.ask(Asked(ports[probe.door], probe.host, probe.target, probe.method, probe.lines, times))

    return ask

"""Environments at random: the preview's real Envoy answers each request class as the evaluator says.

`make preview-check` runs it. One Envoy shows one environment after the other, as if each were an edit of the one
before. Environments that the gate refuses are counted and not asked. With `tests` on PYTHONPATH, `python -m
conformance.test_random_environments SEED` asks about one, and says the plainest overlay that still differs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
import yaml

from conformance.routing import AT_RANDOM, PREVIEW, Routing
from gitramp import preview
from gitramp.pipeline.agreement import Agreements, agreements, asker
from gitramp.pipeline.built import Built
from gitramp.pipeline.probes import probes
from gitramp.preview import Door
from gitramp.preview.back_end import BackEnd
from gitramp.preview.process import Envoy, find, free_port
from random_environments import Tree, environment, judged, listed, pieces

SEEDS = 320
FEWEST = 200
"""Environments that are asked at least."""
MOST = 800
"""Requests to each of them, but for those that are asked again."""


class Prover:
    """An Envoy that shows one environment after the other; a door keeps its port."""

    def __init__(self, envoy: Envoy) -> None:
        self._envoy = envoy
        self._ports: dict[Door, int] = {}

    def ask(self, built: Built) -> Agreements:
        """Ask every request class of an environment."""
        domain = built.environment.platform.cluster_domain
        shown = preview.shown(built.manifests, domain)
        ports = {door: self._ports.setdefault(door, free_port()) for door in shown.routes}
        self._envoy.show(shown, ports)
        asked = probes(built.manifests, tuple(shown.routes), domain)
        return agreements(built.name, built.manifests, asked, asker(ports), MOST)


@contextmanager
def prover() -> Iterator[Prover]:
    with BackEnd(str) as back_end, Envoy(find(), back_end.port) as envoy:
        yield Prover(envoy)


def differences(found: Agreements) -> list[str]:
    return [f"{each.probe}: {each.why}" for each in found.differ]


def test_envoy_and_the_evaluator_agree_about_every_environment(
    capsys: pytest.CaptureFixture[str], routing: Routing
) -> None:
    asked = refused = classes = requests = 0
    differ: dict[int, list[str]] = {}
    with prover() as real:
        for each in listed(SEEDS):
            if each.built is None:
                refused += 1
                continue
            found = routing.enter(AT_RANDOM, PREVIEW, real.ask(each.built))
            asked, classes, requests = asked + 1, classes + len(found.asked), requests + found.requests
            if found.differ:
                differ[each.seed] = differences(found)
    with capsys.disabled():
        print(f"\n{asked} environments asked, {refused} refused; {classes} request classes, {requests} requests")
    assert differ == {}
    assert asked >= FEWEST


def plainest(real: Prover, tree: Tree) -> Tree:
    """Take pieces away as long as Envoy and the evaluator still differ."""
    for smaller in pieces(tree):
        built = judged(0, smaller).built
        if built is not None and real.ask(built).differ:
            return plainest(real, smaller)
    return tree


if __name__ == "__main__":
    with prover() as real:
        for seed in map(int, sys.argv[1:]):
            tree = plainest(real, environment(Random(seed)))
            print(yaml.safe_dump(tree, sort_keys=False, width=120, allow_unicode=True))
            built = judged(seed, tree).built
            print(*(differences(real.ask(built)) if built else ["refused by the gate"]), sep="\n")

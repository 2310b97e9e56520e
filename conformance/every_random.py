"""Environments at random, put to whoever answers: how many are asked, and what is answered otherwise than expected.

`tests/random_environments.py` makes them, of seeds, so they are the same for all who are asked. With `tests` on
PYTHONPATH, `python -m conformance.every_random SEED...` asks the preview's Envoy about some, with `--istio` Istio's
code, and says the plainest overlay that is still answered in two ways. Must not know how a program is run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

import yaml

from gitramp.pipeline.agreement import Agreements
from gitramp.pipeline.built import Built
from random_environments import Tree, environment, judged, listed, pieces

SEEDS = 320
FEWEST = 200
"""Environments that are asked at least."""
MOST = 800
"""Requests to each of them, but for those that are asked again."""
Ask = Callable[[Built], Agreements]


class Tally(NamedTuple):
    """What came of all of them; `differ` has what is answered otherwise, by seed."""

    asked: int
    refused: int
    classes: int
    requests: int
    differ: Mapping[int, list[str]]

    def __str__(self) -> str:
        """Say the figures."""
        environments = f"{self.asked} environments asked, {self.refused} refused by the gate"
        return f"{environments}; {self.classes:,} request classes, {self.requests:,} requests"


def tally(ask: Ask, seeds: int = SEEDS) -> Tally:
    """Ask about every environment that passes the gate."""
    found = {each.seed: ask(each.built) for each in listed(seeds) if each.built is not None}
    return Tally(
        len(found),
        seeds - len(found),
        sum(len(each.asked) for each in found.values()),
        sum(each.requests for each in found.values()),
        {seed: differences(each) for seed, each in found.items() if each.differ},
    )


def differences(found: Agreements) -> list[str]:
    """Say what is answered in two ways."""
    return [f"{each.probe}: {each.why}" for each in found.differ]


def plainest(ask: Ask, tree: Tree) -> Tree:
    """Take pieces away as long as it is still answered in two ways."""
    for smaller in pieces(tree):
        built = judged(0, smaller).built
        if built is not None and ask(built).differ:
            return plainest(ask, smaller)
    return tree


@contextmanager
def _answering(whom: str) -> Iterator[Ask]:
    if whom == "--istio":
        from conformance import mesh  # noqa: PLC0415  # it wants Go's cache, of which the preview knows nothing

        with mesh.istiod() as istio:
            yield lambda built: mesh.compare(istio, built, MOST)
    else:
        from conformance.previewing import prover  # noqa: PLC0415

        with prover() as ask:
            yield ask


if __name__ == "__main__":
    options = [each for each in sys.argv[1:] if each.startswith("-")]
    with _answering("".join(options)) as ask:
        for seed in (int(each) for each in sys.argv[1:] if each not in options):
            tree = plainest(ask, environment(Random(seed)))
            print(yaml.safe_dump(tree, sort_keys=False, width=120, allow_unicode=True))
            built = judged(seed, tree).built
            print(*(differences(ask(built)) if built else ["refused by the gate"]), sep="\n")

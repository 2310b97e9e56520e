"""What holds for every environment: it is built or refused, and one overlay means the same in every platform's words.

`make preview-check` asks a real Envoy about the same environments, see conformance/test_random_environments.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitramp import preview, router
from gitramp.pipeline.built import Built
from gitramp.pipeline.probes import Probe, probes
from random_environments import ENVIRONMENTS, Tree, environment, judged, listed, pieces

PLATFORMS: list[Tree] = [
    {},
    {"ingress": "gateway-api"},
    {"mesh": "ambient"},
    {"ingress": "gateway-api", "mesh": "ambient"},
]
QUICK = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)


def test_two_of_three_pass_the_gate() -> None:
    assert sum(each.built is not None for each in listed(90)) >= 54


@given(ENVIRONMENTS, st.randoms(use_true_random=False))
@QUICK
def test_an_overlay_with_something_missing_or_something_else_is_refused_in_words(tree: Tree, random: Random) -> None:
    for _ in range(2):  # `judged` raises whatever is no refusal
        broken = random.choice(list(pieces(tree)))
        with_odd = swapped(random, broken, random.choice(("v9", 7, None, "/x", [], {}, "mesh")))
        for each in (broken, with_odd):
            judged(0, each)


def swapped(random: Random, tree: Any, odd: Any) -> Any:
    """Put something odd in the place of one leaf."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    if not keys:
        return odd
    chosen = random.choice(list(keys))
    inner = swapped(random, tree[chosen], odd)
    return {**tree, chosen: inner} if isinstance(tree, dict) else [*tree[:chosen], inner, *tree[chosen + 1 :]]


@pytest.mark.parametrize("seed", range(0, 120, 3))
def test_one_overlay_means_the_same_on_every_platform(seed: int) -> None:
    tree = environment(Random(seed))
    gateways = {name: gateway for name, gateway in tree["gateways"].items() if "ref" not in gateway}
    tree["gateways"] = {name: {"selector": {"istio": name}, **gateway} for name, gateway in gateways.items()}
    found = [built for p in PLATFORMS if (built := judged(seed, {**tree, "platform": p}).built) is not None]
    asked = {repr(said(probe)): probe for built in found for probe in of(built)}
    differ = {key for key, probe in asked.items() if len({repr(answered(built, probe)) for built in found}) > 1}
    assert differ == set()


def of(built: Built) -> tuple[Probe, ...]:
    return probes(built.manifests, preview.doors(built.manifests), "cluster.local")


def said(probe: Probe) -> Any:
    return probe.door.way_in, probe.door.port, probe.request()


def answered(built: Built, probe: Probe) -> tuple[Mapping[Any, Any], Any, str]:
    """Return who gets which share, the kind of the proxy's own answer, and the path that the track sees."""
    found = router.answer(built.manifests, probe.request())
    shares: Counter[Any] = Counter()
    for share in found.shares:
        shares[share.host.partition(".svc")[0], share.port] += share.probability  # type: ignore[assignment]
    return dict(shares), found.status if found.status in {0, 404} else "redirect", found.path

"""Environments at random: the preview's real Envoy answers each request class as the evaluator says.

`make preview-check` runs it. Environments that the gate refuses are counted and not asked.
"""

from __future__ import annotations

import pytest

from conformance.every_random import FEWEST, MOST, tally
from conformance.previewing import prover
from conformance.routing import AT_RANDOM, PREVIEW, Routing


def test_envoy_and_the_evaluator_agree_about_every_environment(
    capsys: pytest.CaptureFixture[str], routing: Routing
) -> None:
    with prover(MOST) as ask:
        found = tally(lambda built: routing.enter(AT_RANDOM, PREVIEW, ask(built)))
    with capsys.disabled():
        print(f"\nthe preview's Envoy: {found}")
    assert found.differ == {}
    assert found.asked >= FEWEST

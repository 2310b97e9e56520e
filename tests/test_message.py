"""What the message of a commit says: sentences, also where nothing changes for traffic, and never half a reason."""

from __future__ import annotations

import pytest

from gitramp import pipeline
from gitramp.pipeline.built import Built
from gitramp.pipeline.message import message
from gitramp.source import Snapshot

OVERLAY = """\
apiVersion: gitramp/v1alpha1
kind: Environment
services:
  search:
    port: 8080
    tracks:
      v1: {image: "ghcr.io/acme/search:1.4.2"}
      v2: {image: "ghcr.io/acme/search:1.5.0"}
    stable: v1
    canary: {track: v2, weight: 10}
"""
REASON = "drop: 5 of 5 points are bad; latency: 4 of 5 points are bad, 812 ms and more"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("canary/unhold web@production", "production: web no longer held"),
        ("set web@production canary.ramp.bake", "production: web canary.ramp.bake set"),
        ("canary/start web@production v2 nginx:1", "production: web canary start v2 nginx:1"),
    ],
)
def test_what_changes_no_traffic_is_a_sentence(action: str, said: str) -> None:
    assert message({}, (), (), everything=False, actions=(action,)) == f"{said}\n"


def test_several_that_change_no_traffic_are_counted_in_the_subject() -> None:
    actions = ("canary/unhold web@eu", "canary/unhold web@us")
    lines = message({}, (), (), everything=False, actions=actions).split("\n")
    assert lines == ["eu: web no longer held and 1 more", "", "eu: web no longer held", "us: web no longer held", ""]


def built(overlay: str) -> Built:
    (found,) = pipeline.build(Snapshot({"environments/production.yaml": overlay.encode()}))
    return found


@pytest.mark.parametrize("reason", ["slow", REASON])
def test_a_reason_that_is_too_long_is_in_the_body_alone(reason: str) -> None:
    after = OVERLAY.replace("weight: 10}", f"weight: 0, aborted: '{reason}'}}")
    before = {"production": built(OVERLAY).environment}
    subject, _, body = message(before, [built(after)], (), everything=False).partition("\n")
    whole = f"production: search canary v2 10 % -> 0 %, aborted: {reason}"
    assert (subject, body) == ((whole, "") if reason == "slow" else (whole.partition(": drop")[0], f"\n{whole}\n"))

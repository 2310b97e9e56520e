"""No row of allowed steps ends where a rule forbids to be, and from everywhere a ramp can be finished and aborted.

What is forbidden is said here anew, over the whole past of a service and without the rules' own words: whoever sends
steps has a ledger of which image had which share, and when.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gitramp import steps
from gitramp.pipeline import Built, build
from gitramp.problem import InputRejected
from gitramp.source import Snapshot

MINUTE = 60
BAKE = 30 * MINUTE
PLAN = (1, 5, 25)
LADDER = (*PLAN, 100)
NAMES = ("v1", "v2", "v3")
IMAGES = ("1.4.0", "1.5.0", "1.6.0")


@dataclass(frozen=True)
class State:
    """A service: tracks with their images, which is stable, and the canary with its weight and match."""

    tracks: tuple[tuple[str, str], ...]
    stable: str
    canary: str = ""
    weight: int = 0
    match: bool = False

    @property
    def images(self) -> dict[str, str]:
        return dict(self.tracks)

    def share(self, track: str) -> int:
        if track == self.stable:
            return 100 - (self.weight if self.canary else 0)
        return self.weight if track == self.canary else 0


def overlay(state: State) -> bytes:
    said = [
        "apiVersion: gitramp/v1alpha1",
        "kind: Environment",
        "services:",
        "  search:",
        "    port: 8080",
        "    tracks:",
    ]
    said += [f'      {name}: {{image: "ghcr.io/acme/search:{image}"}}' for name, image in state.tracks]
    said.append(f"    stable: {state.stable}")
    if state.canary:
        match = ", match: [{headers: {x-track: {exact: canary}}}]" if state.match else ""
        ramp = f"ramp: {{steps: {list(PLAN)}, bake: 30m}}"
        said.append(f"    canary: {{track: {state.canary}, weight: {state.weight}{match}, {ramp}}}")
    return "\n".join(said).encode() + b"\n"


@functools.lru_cache(maxsize=4096)
def built(state: State) -> Built | None:
    """Expand a state; None for one that is refused as it stands, whatever was before."""
    try:
        return build(Snapshot({"environments/production.yaml": overlay(state)}))[0]
    except InputRejected:
        return None


class Releases(RuleBasedStateMachine):
    """Whoever edits the overlay: sensibly, clumsily, at any time."""

    @initialize(climbed=st.integers(0, len(LADDER)))
    def start(self, climbed: int) -> None:
        self.state = self.previous = State((("v1", IMAGES[0]), ("v2", IMAGES[1]), ("v3", IMAGES[2])), "v1")
        self.clock = 0
        self.since = 0  # of the canary's weight
        self.stable_before: tuple[str, str] | None = None
        self.ladder: dict[int, int] = {}  # what the canary has climbed: its steps, and how long it stood on each
        self.rivals = ("", "")  # images of canary and stable at the first step
        self.proven = {("v1", IMAGES[0])}  # what has been stable
        for weight in LADDER[:climbed]:  # most is to be learnt in the middle of a ramp
            assert self.attempt(replace(self.state, canary="v2", weight=weight))
            self.clock += BAKE

    @rule(minutes=st.integers(0, 45))
    def wait(self, minutes: int) -> None:
        self.clock += minutes * MINUTE

    @rule(weight=st.sampled_from((1, 3, 5, 25, 50, 100, 0)), match=st.booleans(), track=st.sampled_from(NAMES))
    def steer(self, weight: int, match: bool, track: str) -> None:
        self.attempt(replace(self.state, canary=track, weight=weight, match=match))

    @rule(track=st.sampled_from(NAMES), image=st.sampled_from(IMAGES))
    def deploy(self, track: str, image: str) -> None:
        self.attempt(replace(self.state, tracks=tuple(sorted({**self.state.images, track: image}.items()))))

    @rule(track=st.sampled_from(NAMES))
    def remove(self, track: str) -> None:
        kept = tuple(pair for pair in self.state.tracks if pair[0] != track)
        self.attempt(replace(self.state, tracks=kept))
        self.attempt(replace(self.state, tracks=kept, canary="", weight=0, match=False))

    @rule(track=st.sampled_from(NAMES), keep=st.booleans())
    def switch(self, track: str, keep: bool) -> None:
        old = self.state
        swapped = replace(old, stable=track, canary=old.stable, weight=100 - old.weight)
        self.attempt(swapped if keep else replace(old, stable=track, canary="", weight=0, match=False))

    @precondition(lambda self: self.state.canary)
    @rule(image=st.sampled_from(IMAGES))
    def climb_with_another_image(self, image: str) -> None:
        state = self.state
        tracks = tuple(sorted({**state.images, state.canary: image}.items()))
        self.attempt(replace(state, tracks=tracks, weight=self.following()))

    @precondition(lambda self: self.state.canary)
    @rule(early=st.booleans())
    def climb(self, early: bool) -> None:
        self.clock += BAKE - (1 if early else 0)
        self.attempt(replace(self.state, weight=self.following()))

    def following(self) -> int:
        return next((step for step in LADDER if step > self.state.weight), 100)

    def attempt(self, wanted: State) -> bool:
        """Send a step; the ledger is kept when it is allowed."""
        if not self.is_allowed(wanted):
            return False
        old = self.state
        if old.canary and (old.canary, old.weight) != (wanted.canary, wanted.weight):
            self.ladder[old.weight] = self.clock - self.since
        if (old.canary, old.weight) != (wanted.canary, wanted.weight):
            self.since = self.clock
        if wanted.stable != old.stable:
            self.stable_before = (old.stable, old.images[old.stable])
        if not wanted.canary or wanted.weight == 0 or old.share(wanted.canary) == 0:
            self.ladder, self.rivals = {}, ("", "")
        if wanted.canary and wanted.weight and not self.rivals[0]:
            self.rivals = (wanted.images[wanted.canary], wanted.images[wanted.stable])
        self.previous, self.state = old, wanted
        return True

    def is_allowed(self, wanted: State) -> bool:
        before, after = built(self.state), built(wanted)
        if before is None or after is None:
            return False
        step = steps.Step(
            after.environment,
            after.manifests,
            before.environment,
            before.manifests,
            self.clock,
            {"search": steps.Standing(self.since, "0123456789abcdef")} if self.state.canary else {},
            {"search": self.stable_before},
        )
        return not list(steps.judge(steps.Change((step,))))

    @invariant()
    def a_canary_has_climbed_every_step_and_stood_on_it(self) -> None:
        state = self.state
        if not state.canary or not state.weight:
            return
        for step in LADDER:
            if step < state.weight and self.climbed():
                assert self.ladder.get(step, 0) >= BAKE, f"{step} % was skipped or short on the way to {state.weight} %"

    def climbed(self) -> bool:
        """Whether the canary's weight is one that it went up to, and not one that it came down to."""
        return self.state.weight not in self.ladder

    @invariant()
    def one_canary_follows_another_at_rest(self) -> None:
        old, new = self.previous, self.state
        if old.canary and new.canary not in {"", old.canary} and new.stable == old.stable:
            assert not (old.weight or old.match) or not (new.weight or new.match)

    @invariant()
    def nobody_changes_in_the_middle(self) -> None:
        state = self.state
        if state.canary and state.weight:
            assert self.rivals == (state.images[state.canary], state.images[state.stable])

    @invariant()
    def whoever_is_stable_had_all_the_traffic(self) -> None:
        previous = self.previous
        if previous.stable == self.state.stable:
            return
        now = (self.state.stable, self.state.images[self.state.stable])
        had_all = previous.share(self.state.stable) == 100
        assert had_all or now in self.proven, "neither had it all the traffic, nor was it stable before"
        self.proven.add(now)

    @invariant()
    def no_traffic_goes_where_nothing_is(self) -> None:
        state = self.state
        assert state.stable in state.images
        assert not state.canary or state.canary in state.images
        previous = self.previous
        for track in previous.images.keys() - state.images.keys():
            assert track != previous.stable
            assert previous.share(track) == 0
            assert not (track == previous.canary and previous.match)

    @precondition(lambda self: self.state.canary)
    @rule()
    def abort(self) -> None:
        assert self.is_allowed(replace(self.state, canary="", weight=0, match=False))
        assert self.is_allowed(replace(self.state, weight=0))

    @precondition(lambda self: self.state.weight >= 5)
    @rule()
    def finish(self) -> None:
        canary = self.state.canary
        while self.state.weight < 100:
            self.clock += BAKE
            assert self.attempt(replace(self.state, weight=self.following()))
            self.a_canary_has_climbed_every_step_and_stood_on_it()
        self.clock += BAKE
        assert self.attempt(replace(self.state, stable=canary, canary="", weight=0, match=False))
        assert self.state.share(canary) == 100


Releases.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestReleases = Releases.TestCase

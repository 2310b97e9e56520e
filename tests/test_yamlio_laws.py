"""Any file, any path: the value changes or the key goes, and nothing else does, or the edit is refused.

`make fuzz` asks the same of many more files, by `tests/fuzz_edits.py`.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from edit_laws import REFUSED, Edit, obeyed, reading
from gitramp import yamlio
from gitramp.problem import InputRejected
from random_files import KEYS, LEAVES, SERVICES, TAGS, noise, overlay

EDITS = st.builds(Edit, st.lists(KEYS, min_size=1, max_size=3), LEAVES, st.booleans())
GOES = ("canary", "canary.match", "canary.weight", "canary.track", "tracks.v1", "tracks.v2", "hold", "env", "env.OLD",
        "resources", "image", "hosts", "stable", "tracks")  # fmt: skip


@settings(max_examples=350, deadline=None)
@given(noise(), st.lists(st.tuples(EDITS, st.integers(0, 40)), min_size=1, max_size=3))
def test_any_file_keeps_what_is_not_edited(content: bytes, edits: list[tuple[Edit, int]]) -> None:
    try:
        yamlio.read("f", content)
    except InputRejected:  # the words about what a reader refuses are elsewhere
        assume(False)
    for edit, known in edits:
        paths = paths_of(reading(content))
        content, law = obeyed(content, edit._replace(path=paths[known]) if known < len(paths) else edit)
        event(law)


def paths_of(tree: Any) -> list[list[str]]:
    if not isinstance(tree, dict):
        return []
    return [[key, *rest] for key, child in tree.items() for rest in ([], *paths_of(child))]


def test_overlay_keeps_what_is_not_edited() -> None:
    laws = Counter(law for seed in range(1000) for law in edited_overlay(seed))
    assert {law for law, times in laws.items() if times >= 20} == {
        "added: in braces",
        "added: in place of null",
        "added: lines",
        "gone: in braces",
        "gone: lines",
        "gone: the last key",
        "nothing to do",
        "replaced: and back",
        "replaced: nothing but it",
        "replaced: nothing but its lines",
    }
    assert laws[REFUSED] < sum(laws.values()) / 50


def edited_overlay(seed: int) -> list[str]:
    """Edit an overlay as release bots do, a few times; return the laws that held."""
    random, content = Random(seed), overlay(seed)
    prefix = ["services", random.choice(SERVICES)] if b"services:" in content else []
    laws = []
    for _ in range(random.randint(1, 5)):
        edit = bot_edit(random)
        content, law = obeyed(content, edit._replace(path=prefix + edit.path))
        laws.append(law)
    return laws


def bot_edit(random: Random) -> Edit:
    if random.random() < 0.4:
        return Edit(random.choice(GOES).split("."), None, goes=True)
    path, value = random.choice((
        ("canary.weight", random.randint(0, 100)),
        ("canary.track", random.choice(("v2", "v3"))),
        ("canary.match", [{"headers": {"x-track": {"exact": "canary"}}}]),
        ("canary.aborted", random.choice(("errors: 5 %", "it's slow, # 3"))),
        ("canary", random.choice((None, {"track": "v2", "weight": 0}))),
        (random.choice(("tracks.v2.image", "tracks.v9.image", "image")), f"ghcr.io/acme/search:{random.choice(TAGS)}"),
        (random.choice(("stable", "hold")), random.choice(("v1", "on", "a, b"))),
    ))  # fmt: skip
    return Edit(path.split("."), value)

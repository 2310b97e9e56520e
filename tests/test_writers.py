"""A few writers at once on one branch; `benchmarks/writers.py` lets twenty go and measures them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rivals import LANDED, SUPERSEDED, faults, git, releasing, releasing_all, run, setting, shop, weighing

pytestmark = pytest.mark.usefixtures("identity")


def test_writers_on_one_branch_land_or_are_superseded_and_lose_nothing(tmp_path: Path) -> None:
    writers = [
        setting("search", "production", "replicas", 11),
        setting("search", "production", "replicas", 12),
        weighing("search", "production", 5),
        releasing("cart", ["dev", "staging"], "1.6.0"),
        releasing_all("lists", "1.7.0"),
        weighing("cart", "production", 25),
    ]
    remote = shop(tmp_path, {"search": 0, "cart": 0, "lists": 0})
    ended, _ = run(remote, tmp_path, writers)
    assert [*faults(remote, tmp_path, ended)] == []
    rivals, others = ended[:2], [each for each in ended[2:] if each.exit_code != LANDED]
    assert LANDED in {each.exit_code for each in rivals} <= {LANDED, SUPERSEDED}
    assert others == []
    assert len(git(remote, "rev-list", "main").split()) == 1 + sum(1 for each in ended if each.commit)

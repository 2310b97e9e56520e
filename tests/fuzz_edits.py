"""Files edited at random, by the ten thousand: each edit changes what it means, and no other byte.

    python tests/fuzz_edits.py [FILES] [SEED]

Half of the files are overlays, edited a few times each as release bots do; the other half is any YAML, by hypothesis,
which makes a file small that breaks a law. The seed of an overlay that fails is told, so that it can be made again.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from random_files import noise, overlay
from test_yamlio_laws import EDITS, edited_overlay, test_any_file_keeps_what_is_not_edited

_ANY_FILE = test_any_file_keeps_what_is_not_edited.hypothesis.inner_test  # type: ignore[attr-defined]


def main(files: int, seed: int) -> int:
    """Edit files until one breaks a law; return the exit status."""
    started, laws = time.monotonic(), Counter[str]()
    for each in range(seed, seed + files // 2):
        try:
            laws.update(edited_overlay(each))
        except Exception:
            print(f"seed {each}:\n{overlay(each).decode()}")
            raise
    held = given(noise(), st.lists(st.tuples(EDITS, st.integers(0, 40)), min_size=1, max_size=3))(_ANY_FILE)
    settings(max_examples=files // 2, deadline=None, suppress_health_check=list(HealthCheck), database=None)(held)()
    for law, times in sorted(laws.items()):
        print(f"{times:7,} {law}")
    print(f"{files:,} files, no law broken, {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in [*sys.argv[1:], *["2000", "0"][len(sys.argv) - 1 :]])))

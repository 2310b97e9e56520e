"""Files as people and tools write them, at random: any YAML, and overlays with all that people put between the lines.

Every file of `overlay` can be read; some of `noise` cannot. Overlays come from a seed and not from many draws of
hypothesis, which makes them fifty times as fast; they are short enough to be read as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

import yaml
from hypothesis import strategies as st

KEYS = st.sampled_from(["a", "b", "c d", "1.10", "on", "é"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-9, 99)
    | st.sampled_from(["x", "", "a, b", "a: b", "x:1", "it's", '"', "1e3", "# n", "é\n", "two\nlines\n\n"])
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
MAPPINGS = st.dictionaries(KEYS, TREES, min_size=1, max_size=4)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MARKER = '# {"$imagepolicy": "flux-system:search:tag"}'
SERVICES = ("search", "catalog", "checkout")
TAGS = ("1.4.2", "1.5.0", "2.0.0-rc.1", "main")
_WORDS = ("# words", "# canary: {weight: 50}", "#no blank", "# 50 % until Friday: ask Ann", "# é", "#")
_Item = TypeVar("_Item")


@st.composite
def noise(draw: st.DrawFn) -> bytes:
    """Write a mapping as people and tools do: in block or flow style or both, with comments anywhere."""
    text = yaml.safe_dump(
        draw(MAPPINGS),
        default_flow_style=draw(st.sampled_from([None, False, True])),
        default_style=draw(st.sampled_from([None, None, "'", '"', "|"])),
        allow_unicode=True,
        sort_keys=False,
        indent=draw(st.sampled_from([2, 4])),
        width=draw(st.sampled_from([20, 1000])),
    ).replace(" null\n", draw(st.sampled_from([" null\n", " ~ # nothing\n", "\n"])))
    lines = text.splitlines(keepends=True)
    for odd in draw(st.lists(st.sampled_from(["# words\n", "    # deep words\n", "\n", "  # words\n"]), max_size=2)):
        lines.insert(draw(st.integers(0, len(lines))), odd)
    text = draw(st.sampled_from(["", "# head\n", "---\n"])) + "".join(lines)
    return _stored(Random(draw(st.integers(0, 99))), text + draw(st.sampled_from(["", "# tail\n", "...\n"])))


def overlay(seed: int) -> bytes:
    """Write an overlay, or a service's own file, as teams have them."""
    random = Random(seed)
    step = random.choice((2, 2, 2, 4))
    if random.random() < 0.2:
        return _stored(random, "\n".join([*random.choice(([], ["# head"])), *_service(random, "own", 0, step)]) + "\n")
    lines = random.choice((["# yaml-language-server: $schema=../schemas/environment.schema.json", "#"], [], ["---"]))
    lines = [*lines, "apiVersion: gitramp/v1alpha1", "kind: Environment", "", f"services:{_behind(random)}"]
    for name in SERVICES[: random.randint(1, 3)]:
        lines += [*_between(random, step), f"{' ' * step}{name}:{_behind(random)}"]
        lines += _service(random, name, 2 * step, step)
    parity = ["", "# words about parity", "parity:", f"{' ' * step}with: staging"]
    lines += random.choice(([], ["", "# tail"], parity))
    return _stored(random, "\n".join(lines) + "\n")


def _stored(random: Random, text: str) -> bytes:
    """Store a text as some editor would: with any line ends, a byte order mark or none, the last line ended or not."""
    text = text.removesuffix("\n") if random.random() < 0.2 else text
    text = text.replace("\n", random.choice(("\n", "\n", "\r\n")))
    return random.choice((b"", b"", BYTE_ORDER_MARK)) + text.encode()


def _behind(random: Random) -> str:
    """Return what stands behind a value on its line: mostly nothing."""
    return random.choice(("", "", "", " ", f" {random.choice(_WORDS)}", f"   {random.choice(_WORDS)}"))


def _between(random: Random, column: int) -> list[str]:
    """Return what stands between two keys: blank lines and comments, at the keys' indentation or another one."""
    if random.random() < 0.6:
        return []
    ways = ("", "  ", " " * column, " " * column, " " * (column + 2), " " * max(column - 2, 0))
    return [f"{way}{random.choice(_WORDS)}" if way.strip() or way else "" for way in _some(random, ways, 3)]


def _some(random: Random, items: Sequence[_Item], most: int) -> list[_Item]:
    return random.sample(items, random.randint(1, min(most, len(items))))


def _service(random: Random, name: str, column: int, step: int) -> list[str]:
    """Write the keys of a service, some of them, in any order."""
    deep = " " * step
    parts = (
        [f"replicas: {random.randint(1, 9)}{_behind(random)}"],
        [_image(random)],
        random.choice((["canary: null"], ["canary: # none now"], _mapping(random, "canary", _canary(random), step))),
        _mapping(random, "tracks", _tracks(random), step),
        ["hold: it's frozen"],
        random.choice((
            ["env: {LOG_LEVEL: info, WORDS: 'a, b', URL: \"http://x:80\"}"],
            ["env:", f'{deep}PORT: "8080"', f"{deep}OLD: null", f"{deep}TEXT: |{random.choice(('', '+', '-'))}",
             f"{deep}  a", f"{deep}  # no comment", ""],
        )),
        ["resources: *small" if name == "catalog" else "stable: v1"],
        ["hosts:", f"{random.choice(('', deep))}- a.example.com", f"{deep}# - b.example.com"],
    )  # fmt: skip
    chosen = _some(random, parts, 5)
    if name == "search":
        chosen.insert(0, ["resources: &small", f"{deep}requests: {{cpu: 20m}}{_behind(random)}"])
    loose = random.random() < 0.7
    return [
        line
        for part in chosen
        for line in (*(_between(random, column) if loose else ()), *(each and f"{' ' * column}{each}" for each in part))
    ]


def _image(random: Random) -> str:
    """Write an image, in any quotes, often with the marker of Flux's image automation."""
    quote = random.choice(("", '"', "'"))
    return f"image: {quote}ghcr.io/acme/search:{random.choice(TAGS)}{quote}{random.choice(('', f' {MARKER}'))}"


def _canary(random: Random) -> list[str]:
    keys = (
        random.choice(("track: v2", 'track: "v2"')),
        f"weight: {random.randint(0, 100)}",
        "match: [{headers: {x: {exact: y}}}]",
        "ramp: {steps: [1, 5, 10]}",
    )
    return _some(random, keys, 4)


def _tracks(random: Random) -> list[str]:
    image = f"ghcr.io/acme/search:{random.choice(TAGS)}"
    return ["v1: {}", f'v2: {{image: "{image}"}}', f"v3: {{image: '{image}', replicas: 2}}"][: random.randint(1, 3)]


def _mapping(random: Random, key: str, entries: list[str], step: int) -> list[str]:
    """Write a mapping in block style or in braces, on one line or on many."""
    style = random.choice(("block", "block", "line", "lines"))
    if style == "line":
        blank = random.choice(("", "", " "))
        return [f"{key}: {{{blank}{', '.join(entries)}{blank}}}{_behind(random)}"]
    if style == "lines":
        commas = [*[","] * (len(entries) - 1), random.choice(("", ","))]
        rows = [f"{' ' * step}{entry}{comma}{_behind(random)}" for entry, comma in zip(entries, commas, strict=True)]
        return [f"{key}: {{", *rows, f"{random.choice(('', ' ' * step))}}}"]
    rows = [f"{' ' * step}{entry}{_behind(random)}" for entry in entries]
    return [f"{key}:{_behind(random)}", *(line for row in rows for line in (*_between(random, step), row))]

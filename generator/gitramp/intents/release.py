"""A new image for a track, and one value of any key.

Owns how an image is said where the overlay has it in parts. Must not know canaries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitramp.intents.intent import ANYTHING, UNSET, Aim, Decision, Edits, Expected, Idle, Intent, Now, Setting, Tree
from gitramp.model import Service
from gitramp.problem import UsageError
from gitramp.source import show


def release(aims: Sequence[Aim], track: str, image: str, expected: Expected) -> Intent:
    """Give a track an image. The track must be there: `canary start` makes one."""

    def decide(now: Now) -> Decision:
        known = now.service.tracks.get(track)
        if known is None:
            tracks = ", ".join(now.service.tracks)
            raise UsageError(f"{now.service.name} has no track {show(track)}; tracks: {tracks}")
        settings = tuple(image_settings(now.service, track, image))
        words = f"{track} {known.image.text}->{image}"
        return Edits(settings, words) if settings else Idle(f"{track} of {now.service.name} has {image} already")

    return Intent("release", tuple(aims), decide, (("tracks", track, "image"),), expected, track)


def image_settings(service: Service, track: str, image: str) -> Iterator[Setting]:
    """Yield what gives a track an image: the parts that differ, where the overlay says it in parts."""
    known = service.tracks[track].image if track in service.tracks else None
    if known is not None and known.text == image:
        return
    at = ("tracks", track, "image")
    if known is None or known.is_text or known.reference is not None:
        yield Setting(at if known is None or known.is_text else (*at, "reference"), image)
        return
    named, _, digest = image.partition("@")
    repository, _, tag = named.rpartition(":") if ":" in named.rpartition("/")[2] else (named, "", "")
    parts = {"repository": (known.repository, repository), "tag": (known.tag, tag), "digest": (known.digest, digest)}
    for key, (old, new) in parts.items():
        if (old or "") != new:
            yield Setting((*at, key), new or None)


def set_key(aims: Sequence[Aim], keys: tuple[str, ...], value: Tree, expected: Expected = ANYTHING) -> Intent:
    """Set one key beneath a service; null stops what it would inherit."""
    wanted = UNSET if value is None else value
    return Intent("set", tuple(aims), lambda _: Edits((Setting(keys, wanted),), ".".join(keys)), (keys,), expected)

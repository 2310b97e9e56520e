"""Other bots: what Renovate finds in overlays, and markers of Flux that outlive gitramp's edits."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitramp import pipeline, starter
from gitramp.source import Snapshot
from gitramp.starter import Wish
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PRESET = json.loads((ROOT / "docs" / "renovate-preset.json").read_text())
TEXT, PARTS = PRESET["customManagers"]
PAGE = (ROOT / "docs" / "ci.md").read_text()
DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
OVERLAYS = sorted([*ROOT.glob("environments/*.yaml"), *ROOT.glob("examples/*/environments/**/*.yaml")])

Found = tuple[str, str, str]
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def pattern(text: str) -> re.Pattern[str]:
    """Read a pattern of Renovate, whose flags are `g` and `m`, as Python writes it."""
    return re.compile(text.replace("(?<", "(?P<").replace("(?P<=", "(?<="), re.MULTILINE)


def as_text(overlay: str) -> Iterator[re.Match[str]]:
    """Find as the strategy `recursive` does: the second pattern in what the first has found."""
    outer, inner = map(pattern, TEXT["matchStrings"])
    for found in outer.finditer(overlay):
        yield from inner.finditer(found[0])


def found_in(overlay: str) -> set[Found]:
    (parts,) = map(pattern, PARTS["matchStrings"])
    whole = {(m["depName"], m["currentValue"], m["currentDigest"] or "") for m in as_text(overlay)}
    return whole | {(m["depName"], m["currentValue"], "") for m in parts.finditer(overlay)}


def said_in(value: Any) -> Iterator[Found]:
    """Yield the images of an overlay, as its keys say them."""
    if isinstance(value, list):
        for each in value:
            yield from said_in(each)
    if not isinstance(value, dict):
        return
    for key, child in value.items():
        if key == "image" and isinstance(child, str):
            reference, _, digest = child.partition("@")
            name, _, tag = reference.rpartition(":")
            yield name, tag, digest
        elif key == "image" and isinstance(child, dict):
            yield child["repository"], child["tag"], ""
        else:
            yield from said_in(child)


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: str(path.relative_to(ROOT)))
def test_preset_finds_every_image_of_an_overlay_and_nothing_else(overlay: Path) -> None:
    text = overlay.read_text()
    assert found_in(text) == set(said_in(yaml.safe_load(text)))


def test_preset_finds_images_however_they_are_written() -> None:
    text = f"""\
services:
  a:
    image: registry.example:5000/team/a_b/c:v1.2.3 # {{"$imagepolicy": "flux-system:a"}}
    imagePullPolicy: Always
    tracks:
      v1: {{image: "ghcr.io/acme/search:1.4.2@{DIGEST}", replicas: 2}}
      v2: {{replicas: 1, image: 'nginx:1.29'}}
      v3: {{image: {{repository: ghcr.io/acme/parts, tag: "1.4.2"}}}}
      v4:
        image:
          repository: ghcr.io/acme/lines
          tag: "2.0.0"
    note: "an image: of nothing"
"""
    assert found_in(text) == {
        ("registry.example:5000/team/a_b/c", "v1.2.3", ""),
        ("ghcr.io/acme/search", "1.4.2", DIGEST),
        ("nginx", "1.29", ""),
        ("ghcr.io/acme/parts", "1.4.2", ""),
        ("ghcr.io/acme/lines", "2.0.0", ""),
    }


def test_update_of_renovate_is_an_overlay_that_renders() -> None:
    """The template, filled in as Renovate would, where it found the image."""
    template = TEXT["autoReplaceStringTemplate"]
    assert template == "{{{depName}}}:{{{newValue}}}{{#if newDigest}}@{{{newDigest}}}{{/if}}"
    overlay = starter.common_files(Wish())["environments/staging.yaml"].decode()
    (image,) = as_text(overlay)
    updated = overlay.replace(image[0], f"{image['depName']}:1.29.4-alpine@{DIGEST}")
    files = {**starter.common_files(Wish()), "environments/staging.yaml": updated.encode()}
    overlays = {path: content for path, content in files.items() if path.startswith("environments/")}
    (built,) = [each for each in pipeline.build(Snapshot(overlays)) if each.name == "staging"]
    assert len(list(built.findings)) == 0
    assert f"1.29.4-alpine@{DIGEST}" in "".join(str(each.body) for each in built.manifests)


def test_preset_looks_at_overlays_alone() -> None:
    for manager in PRESET["customManagers"]:
        (files,) = (pattern(each.strip("/")) for each in manager["managerFilePatterns"])
        assert files.search("environments/production/services/search.yaml")
        assert files.search("deploy/environments/base.yaml")
        assert not files.search("rendered/production/services-v1/search/deployment.yaml")
        assert not files.search("environments/base/files/app.ini")
    assert PRESET["ignorePaths"] == ["rendered/**"]
    author = "GIT_AUTHOR_EMAIL: gitramp@bot.invalid"
    assert PRESET["gitIgnoredAuthors"] == [author.partition(": ")[2]]
    rendering = starter.ci_files(Wish(ci="github"))[".github/workflows/gitramp-render.yaml"].decode()
    assert author in rendering
    assert author in starter.ci_files(Wish(ci="gitlab"))[".gitlab/gitramp.yaml"].decode()


def marked() -> str:
    """Return the overlay of the page about Flux."""
    block: str
    (block,) = [b for b in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "$imagepolicy" in b]
    return "apiVersion: gitramp/v1alpha1\nkind: Environment\ngateways: {public: {selector: {a: b}}}\n" + block


def test_marked_overlay_renders_and_its_markers_survive_a_release(tmp_path: Path, gitramp: Gitramp) -> None:
    overlay = tmp_path / "environments" / "production.yaml"
    overlay.parent.mkdir()
    overlay.write_text(marked())
    markers = re.findall(r"# \{\"\$imagepolicy\".*\}$", marked(), re.MULTILINE)
    assert len(markers) == 3
    pipeline.render(Workspace(tmp_path))
    for key, value in (("v1.image", "ghcr.io/acme/search:1.4.3"), ("v2.image.tag", "1.6.0")):
        done = gitramp("set", "search", f"tracks.{key}", value, "-e", "production", cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert overlay.read_text() == marked().replace("1.4.2", "1.4.3").replace("1.5.0", "1.6.0")
    done = gitramp("release", "search", "--track", "v1", "--image", "ghcr.io/acme/search:1.4.4", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert overlay.read_text() == marked().replace("1.4.2", "1.4.4").replace("1.5.0", "1.6.0")
    assert not any("imagepolicy" in path.read_text() for path in (tmp_path / "rendered").rglob("*.yaml"))

"""Flux's image automation and gitramp edit the same files: the markers stay, and what Flux writes is rendered.

Flux writes a file through kyaml (https://pkg.go.dev/sigs.k8s.io/kustomize/kyaml): the value in front of a marker
changes, comments stay, blank lines go, and lists may be indented anew. So did kyaml 0.19.0 itself with these files.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
OLD = "docker.io/nginxinc/nginx-unprivileged:1.29.4-alpine"
NEW = "docker.io/nginxinc/nginx-unprivileged:1.29.5-alpine"
MARKER = '# {"$imagepolicy": "flux-system:search"}'
TAG_MARKER = '# {"$imagepolicy": "flux-system:search:tag"}'
IN_BRACES = f'      v2: {{image: "{OLD}"}}\n'


def marked(example: Path, written: str) -> Path:
    """Write the canary's image in another way into production, on a line of its own, where Flux finds a marker."""
    overlay = example / "environments" / "production.yaml"
    text = overlay.read_text()
    assert IN_BRACES in text
    overlay.write_text(text.replace(IN_BRACES, f"      v2:\n{written}"))
    return overlay


def rendered_image(example: Path) -> str:
    deployment = example / "rendered" / "production" / "services-v2" / "search" / "deployment.yaml"
    image = yaml.safe_load(deployment.read_bytes())["spec"]["template"]["spec"]["containers"][0]["image"]
    assert isinstance(image, str)
    return image


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_set_keeps_the_marker_on_its_line(example: Path, gitramp: Gitramp, quote: str) -> None:
    overlay = marked(example, f"        image: {quote}{OLD}{quote} {MARKER}\n")
    before = overlay.read_text()
    done = gitramp("set", "search", "tracks.v2.image", NEW, "-e", "production", cwd=example)
    assert done.returncode == 0, done.stderr
    assert overlay.read_text() == before.replace(f"{quote}{OLD}{quote} {MARKER}", f"{quote}{NEW}{quote} {MARKER}")


def test_set_keeps_the_marker_of_a_tag(example: Path, gitramp: Gitramp) -> None:
    repository, tag = OLD.split(":")
    written = f'        image:\n          repository: {repository}\n          tag: "{tag}" {TAG_MARKER}\n'
    overlay = marked(example, written)
    before = overlay.read_text()
    done = gitramp("set", "search", "tracks.v2.image.tag", NEW.split(":")[1], "-e", "production", cwd=example)
    assert done.returncode == 0, done.stderr
    assert overlay.read_text() == before.replace(f'"{tag}" {TAG_MARKER}', f'"{NEW.split(":")[1]}" {TAG_MARKER}')


def the_value_alone(text: str) -> str:
    return re.sub(r"\S+:1\.29\.4-alpine(?=\"? # \{\"\$imagepolicy\")", NEW, text)


def as_kyaml(text: str) -> str:
    without_blank_lines = re.sub(r"\n(?=\n)", "", text)
    return the_value_alone(re.sub(r"^  ( +- )", r"\1", without_blank_lines, flags=re.MULTILINE))


@pytest.mark.parametrize("flux", [the_value_alone, as_kyaml])
def test_what_flux_writes_is_valid_and_rendered(example: Path, gitramp: Gitramp, flux: Callable[[str], str]) -> None:
    overlay = marked(example, f"        image: {OLD} {MARKER}\n")
    overlay.write_text(flux(overlay.read_text()))
    assert f"image: {NEW} {MARKER}" in overlay.read_text()
    done = gitramp("render", cwd=example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rendered_image(example) == NEW


def test_digest_that_renovate_pins_is_valid_and_rendered(example: Path, gitramp: Gitramp) -> None:
    pinned = f"{NEW}@sha256:{'0123456789abcdef' * 4}"
    overlay = example / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace(OLD, pinned))
    done = gitramp("render", cwd=example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rendered_image(example) == pinned

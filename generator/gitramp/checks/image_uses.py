"""Every place in a set of objects that names an image which is pulled and run, or mounted.

Owns which fields those are, so that policies about images see all of them. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gitramp import body
from gitramp.checks import image
from gitramp.checks.pods import pods
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

_PROXY_IMAGE = "sidecar.istio.io/proxyImage"  # https://istio.io/latest/docs/reference/config/annotations/
_OCI = "oci://"


class ImageUse(NamedTuple):
    """A reference to an image, and where it stands; `checked` when its content is told beside it."""

    manifest: Manifest
    pointer: Pointer
    reference: str
    checked: bool = False

    @property
    def is_pinned(self) -> bool:
        """Whether it names one image for ever."""
        return self.checked or bool(image.read_image(self.reference).digest)


def image_uses(manifests: ManifestSet) -> Iterator[ImageUse]:
    """Yield each reference of containers, volumes, sidecars and Wasm modules; what is empty names none."""
    yield from (use for use in (*_in_pods(manifests), *_modules(manifests)) if use.reference)


def _in_pods(manifests: ManifestSet) -> Iterator[ImageUse]:
    for pod in pods(manifests):
        for container in pod.containers():
            yield ImageUse(pod.manifest, (*container.pointer, "image"), body.text(container.body, "image"))
        for pointer, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
            yield ImageUse(pod.manifest, (*pointer, "image", "reference"), body.text(volume, "image", "reference"))
        at = (*pod.at, "metadata", "annotations", _PROXY_IMAGE)
        yield ImageUse(pod.manifest, at, body.text(pod.manifest.body, *at))


def _modules(manifests: ManifestSet) -> Iterator[ImageUse]:
    """Yield the modules that come as images: a URL without a scheme means one, too.

    https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/#WasmPlugin
    """
    for manifest in manifests.of_kind("WasmPlugin"):
        url = body.text(manifest.body, "spec", "url")
        if url.startswith(_OCI) or "://" not in url:
            checked = bool(body.text(manifest.body, "spec", "sha256"))
            yield ImageUse(manifest, ("spec", "url"), url.removeprefix(_OCI), checked)

"""Requests to an API server: server-side apply with strict fields, creation, removal.

Owns the HTTP, and where the objects of a kind live. Must not know why an object is sent, nor what it should answer.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from conformance.cluster import LOOPBACK, Access
from conformance.verdict import Body, Cause

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
SEEN = 0.1  # seconds, a hundred times what is usual
JSON = "application/json"
APPLY = "application/apply-patch+yaml"  # JSON is YAML
MERGE = "application/merge-patch+json"


class Place(NamedTuple):
    """Where the objects of a kind live."""

    plural: str
    namespaced: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: the status code, its message when it refused, and its warnings."""

    status: int
    body: Any
    warnings: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the request did what it asked."""
        return self.status < 300

    @property
    def message(self) -> str:
        """The reason of a refusal."""
        return "" if self.accepted else str(self.body.get("message", self.body))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The fields for which it refused, where it names them."""
        details = self.body.get("details") if isinstance(self.body, dict) else None
        named = [cause for cause in (details or {}).get("causes") or () if not self.accepted and cause.get("field")]
        return tuple(Cause(cause["field"], cause.get("reason") == "FieldValueRequired") for cause in named)


def identity(body: Body) -> tuple[str, str]:
    """Return what tells kinds apart."""
    return str(body.get("apiVersion")), str(body["kind"])


def quoted(name: object) -> str:
    """Return a name as it stands in a path."""
    return urllib.parse.quote(str(name), safe="")


class Client:
    """A connection to one API server."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._connection = http.client.HTTPSConnection(LOOPBACK, access.port, context=access.tls, timeout=60)
        self._versions: dict[str, str] = {}
        self._unsettled = False
        self.kinds: Mapping[tuple[str, str], Place] = {}
        self.discover()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def discover(self) -> None:
        """Learn which kinds the server has; once more when a definition was added."""
        found: dict[tuple[str, str], Place] = {}
        for root in ("/api", "/apis"):
            for group in self.send("GET", root, accept=DISCOVERY).body["items"]:
                prefix = group["metadata"].get("name", "")
                for version in group["versions"]:
                    api_version = f"{prefix}/{version['version']}".lstrip("/")
                    for resource in version["resources"]:
                        place = Place(resource["resource"], resource["scope"] == "Namespaced")
                        found[api_version, resource["responseKind"]["kind"]] = place
        self.kinds = found

    def path(self, body: Body, *, named: bool = True) -> str:
        """Return the path of an object, or of the list it is in; LookupError for a kind that the server has not."""
        place = self.kinds[identity(body)]
        metadata = body["metadata"]
        prefix = f"/{'apis' if '/' in body['apiVersion'] else 'api'}/{body['apiVersion']}"
        namespace = f"/namespaces/{quoted(metadata.get('namespace') or 'default')}" if place.namespaced else ""
        return f"{prefix}{namespace}/{place.plural}" + (f"/{quoted(metadata['name'])}" if named else "")

    def apply(self, body: Body, text: str = "", *, dry: bool) -> Answer:
        """Apply an object, as its author spelt it where there is a text, and refuse unknown fields."""
        if quoted(name := body["metadata"].get("name")) != name:
            return self.create(body, dry=dry)  # a path cannot say such a name, and the server judges it in the body
        query = "?fieldManager=gitramp&force=true&fieldValidation=Strict" + ("&dryRun=All" if dry else "")
        answer = self.send("PATCH", self.path(body) + query, text or json.dumps(body), APPLY)
        if answer.accepted and not dry:
            path, version = self.path(body), answer.body["metadata"]["resourceVersion"]
            self._unsettled |= self._versions.get(path) != version
            self._versions[path] = version
        return answer

    def settle(self) -> None:
        """Wait until admission, which reads from a cache, has certainly seen what was changed."""
        if self._unsettled:
            time.sleep(SEEN)
            self._unsettled = False

    def create(self, body: Body, *, dry: bool) -> Answer:
        """Create an object, which must not be there."""
        query = "?fieldValidation=Strict" + ("&dryRun=All" if dry else "")
        return self.send("POST", self.path(body, named=False) + query, json.dumps(body), JSON)

    def set_status(self, body: Body, status: Body) -> Answer:
        """Say what a controller would have found."""
        return self.send("PATCH", f"{self.path(body)}/status", json.dumps({"status": status}), MERGE)

    def release(self, body: Body) -> Answer:
        """Take away what holds an object back from its removal."""
        return self.send("PATCH", self.path(body), json.dumps({"metadata": {"finalizers": None}}), MERGE)

    def delete(self, body: Body) -> Answer:
        """Remove an object at once."""
        self._unsettled = True
        return self.send("DELETE", self.path(body) + "?gracePeriodSeconds=0")

    def send(self, method: str, path: str, content: str = "", sent: str = JSON, accept: str = JSON) -> Answer:
        """Send one request; the connection is kept, and opened anew when the server has closed it."""
        headers = {"Authorization": f"Bearer {self._access.token}", "Accept": accept, "Content-Type": sent}
        try:
            self._connection.request(method, path, content.encode(), headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            self._connection.request(method, path, content.encode(), headers)
            response = self._connection.getresponse()
        answered = response.read()
        warnings = tuple(value for key, value in response.getheaders() if key.lower() == "warning")
        return Answer(response.status, _decoded(answered), warnings)


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return {"message": content.decode(errors="replace")}

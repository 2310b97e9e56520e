"""The points of a query, asked over HTTP, and every way in which a server can fail to give them.

Owns the request and the reading of the answer, and that credentials go to the address that was given and to no other.
https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

from __future__ import annotations

import json
import math
import queue
import re
import threading
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from gitramp.problem import ToolError
from gitramp.prometheus.codes import FAILING, FORBIDDEN, REFUSED, STRANGE, TIMEOUT, UNREACHABLE
from gitramp.prometheus.server import Server
from gitramp.samples import Answer, Window

_LARGEST = 4 << 20
_ERROR_LARGEST = 64 << 10
_TIMEOUT_SECONDS = 30.0
_MOST_WARNINGS = 5


class _Reply(NamedTuple):
    """What came back: the status, the body as far as it was read, and where a redirect leads."""

    status: int
    body: bytes
    location: str = ""


def ask(asked: Server, query: str, window: Window, timeout: float = _TIMEOUT_SECONDS) -> Answer:
    """Ask for the points of a query, all of them in the past; raises ToolError when there is no answer to judge."""
    form = {
        "query": query,
        "start": window.moments[0],
        "end": window.end,
        "step": window.interval,
        "timeout": f"{max(1, round(timeout))}s",
    }
    reply = _within(timeout, lambda: _post(asked, "/api/v1/query_range", urlencode(form).encode(), timeout), asked)
    if reply.status != 200:
        raise _fault(asked, reply)
    return read(asked, reply.body)


def read(asked: Server, body: bytes) -> Answer:
    """Read an answer; raises ToolError for anything but the points of a query."""
    if len(body) > _LARGEST:
        raise ToolError(STRANGE, f"the answer of {asked.address} is larger than {_LARGEST >> 20} MiB")
    try:
        return _answer(asked, json.loads(body))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        message = f"{asked.address} answers with something else than the points of a query"
        raise ToolError(
            STRANGE, message, details=asked.discreet(body[:_ERROR_LARGEST].decode("utf-8", "replace"))
        ) from None


def _within(timeout: float, work: Callable[[], _Reply], asked: Server) -> _Reply:
    """Do the work in a thread of its own: no timeout of a socket ends a name that is looked up for ever."""
    done: queue.SimpleQueue[_Reply | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as error:  # noqa: BLE001  raised again below, where somebody waits for it
            done.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = done.get(timeout=timeout)
    except queue.Empty:
        raise _late(asked) from None
    if isinstance(result, Exception):
        raise result
    return result


def _late(asked: Server) -> ToolError:
    return ToolError(TIMEOUT, f"{asked.address} does not answer in time")


def _post(asked: Server, path: str, body: bytes, timeout: float) -> _Reply:
    import http.client  # noqa: PLC0415  40 ms, in this command alone
    import urllib.error  # noqa: PLC0415
    import urllib.request  # noqa: PLC0415

    # No handler for redirects: credentials go to the address that was given, and to no other.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    headers = {"Accept": "application/json", "User-Agent": "gitramp", **asked.headers}
    try:
        request = urllib.request.Request(f"{asked.address}{path}", body, headers, method="POST")  # noqa: S310
        with opener.open(request, timeout=timeout) as response:
            return _Reply(200, response.read(_LARGEST + 1))
    except urllib.error.HTTPError as error:
        with error:
            return _Reply(error.code, _rest(error), error.headers.get("Location", ""))
    except TimeoutError:
        raise _late(asked) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _late(asked) from None
        raise ToolError(UNREACHABLE, f"{asked.address} cannot be reached: {_why(asked, error.reason)}") from None
    except OSError as error:
        raise ToolError(UNREACHABLE, f"{asked.address} cannot be reached: {_why(asked, error)}") from None
    except (http.client.HTTPException, ValueError):
        raise ToolError(STRANGE, f"{asked.address} does not answer in whole HTTP") from None


def _rest(error: Any) -> bytes:
    try:
        return bytes(error.read(_ERROR_LARGEST))
    except Exception:  # noqa: BLE001  the status is what counts; a body that breaks off adds nothing
        return b""


def _why(asked: Server, reason: object) -> str:
    said = getattr(reason, "verify_message", "") or getattr(reason, "strerror", "") or str(reason)
    return asked.discreet(str(said) or type(reason).__name__)


def _fault(asked: Server, reply: _Reply) -> ToolError:
    said = _said(asked, reply.body)
    status = reply.status
    if status in {401, 403}:
        return ToolError(FORBIDDEN, f"{asked.address} answers with status {status}", details=said)
    if status in {400, 422} and said:
        return ToolError(REFUSED, f"{asked.address} refuses the query", details=said)
    if 300 <= status < 400:
        to = urlsplit(reply.location)
        where = asked.discreet(f"{to.scheme}://{to.hostname}" if to.hostname else "another path of its own")
        advice = "give that address, if it is the one that you mean: a redirect is never followed with credentials"
        return ToolError(FAILING, f"{asked.address} sends elsewhere, to {where}", advice)
    return ToolError(FAILING, f"{asked.address} answers with status {status}", details=said)


def _said(asked: Server, body: bytes) -> str:
    """Return the error in the words of Prometheus, "" for an answer that is not its."""
    try:
        document = json.loads(body)
        return asked.discreet(f"{document['errorType']}: {document['error']}") if document["status"] == "error" else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _answer(asked: Server, document: Any) -> Answer:
    """Take the points out of a document; raises what its form raises when it is not that of Prometheus."""
    data, warnings = document["data"], document.get("warnings") or []
    if document["status"] != "success" or data["resultType"] != "matrix" or not isinstance(data["result"], list):
        raise ValueError("no matrix")
    told = tuple(asked.discreet(str(each)) for each in list(warnings)[:_MOST_WARNINGS])
    series = data["result"]
    if len(series) > 1:
        return Answer({}, f"{len(series)} series instead of one number", told)
    if not series:
        return Answer({}, "no series", told)
    if "values" not in series[0]:
        return Answer({}, "a histogram instead of a number", told)
    points = {int(at): _number(value) for at, value in series[0]["values"] if math.isfinite(at) and at == int(at)}
    return Answer(points, "", told)


def _number(text: object) -> float:
    """Read a number as Prometheus writes it; what is none is NaN, which counts for nothing."""
    try:
        return float(text) if isinstance(text, str) and re.fullmatch(r"[+-]?[0-9.e+-]+", text) else math.nan
    except ValueError:
        return math.nan

"""A preview as text: what to type, where requests went, and whether Envoy and the evaluator agree.

Owns the wording. Must not know how a preview is run.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitramp.pipeline.agreement import Agreement, Agreements, described, name_of
from gitramp.pipeline.preview import Place, Preview, answer, main_door
from gitramp.pipeline.probes import Probe
from gitramp.preview import MESH, Door
from gitramp.report.answers import percent
from gitramp.report.source_lines import printable
from gitramp.report.text import counted
from gitramp.router import Answer
from gitramp.secrets import header_without_secrets
from gitramp.source import show

_MOST_LINES = 12
_HOW = "Edits of environments/ are followed; Ctrl-C ends it.\n"


def preview_text(preview: Preview) -> str:
    """Write the doors, the lines to type at the main one, and what is not shown."""
    main = main_door(preview.ports, preview.shown)
    lines = [f"{preview.name} in Envoy: {_way(door)} is 127.0.0.1:{port}" for door, port in preview.ports.items()]
    lines += ["", "Try:", *_tried(preview, main, _MOST_LINES)]
    if main.way_in != MESH and Door(MESH) in preview.ports:
        lines += ["and as a caller in the mesh:", *_tried(preview, Door(MESH), _MOST_LINES // 2)]
    return printable("\n".join([*lines, "", f"Not shown: {', '.join(preview.shown.left_out)}.", _HOW, ""]))


def _tried(preview: Preview, door: Door, most: int) -> list[str]:
    """Return lines to type at a door, with who answers them."""
    probes = [each for each in preview.probes() if each.door == door and not each.near]
    lines = [f"  {curl(each, preview.ports[door])}  # {_who(answer(preview.built, each))}" for each in probes[:most]]
    return [*lines, f"  and {len(probes) - most} more, which --check asks"] if len(probes) > most else lines


def _way(door: Door) -> str:
    if door.way_in == MESH:
        return "the mesh"
    return f"{door.way_in} port {door.port}" if door.port else door.way_in


def curl(probe: Probe, port: int) -> str:
    """Write the line that asks a request."""
    method = [] if probe.method == "GET" else ["-I"] if probe.method == "HEAD" else ["-X", probe.method]
    said = (("Host", probe.host), *probe.lines)
    headers = [part for name, value in said for part in ("-H", f"{name}: {value}" if value else f"{name};")]
    plain = ["-g"] if set("[]{}") & set(probe.target) else []  # they are curl's own signs
    return shlex.join(["curl", *plain, *method, *headers, f"http://127.0.0.1:{port}{probe.target}"])


def _who(said: Answer) -> str:
    if said.shares:
        return ", ".join(f"{each.track or each.host} {percent(each.probability)}" for each in said.shares)
    return f"{said.status}: {said.says}" if said.says else str(said.status)


def counts_text(counts: Mapping[Place, int]) -> str:
    """Write where requests went, track by track."""
    totals: dict[str, int] = {}
    for place, times in counts.items():
        totals[place.service] = totals.get(place.service, 0) + times
    rows = [(p.service, p.track or "-", str(n), f"{100 * n / totals[p.service]:.1f} %") for p, n in counts.items()]
    return printable("".join(f"{line}\n" for line in _table([("service", "track", "requests", "share"), *rows])))


def agreements_text(found: Agreements) -> str:
    """Write every request class with the evaluator's shares and Envoy's counts, and the verdict."""
    rows = [("request", "evaluator", "Envoy"), *(_row(each) for each in found.asked)]
    lines = [*_table(rows), ""]
    lines += [f"differs: {_request(each.probe)}: {each.why}" for each in found.differ]
    if found.unasked:
        lines.append(f"not asked, for there are too many: {found.unasked} more")
    classes = f"{counted(len(found.asked), 'kind')} of request"
    verdict = f"{len(found.differ)} answered differently" if found.differ else "the evaluator and Envoy agree"
    lines.append(f"{found.environment}: {classes}, {counted(found.requests, 'request')}: {verdict}")
    return printable("\n".join(lines) + "\n")


def _row(each: Agreement) -> tuple[str, str, str]:
    shares = [f"{share.track or share.host} {percent(share.probability)}" for share in each.answer.shares]
    tracks = {name_of(share): share.track or share.host for share in each.answer.shares}
    got: dict[str, int] = {}
    for reply, times in each.replies.items():
        who = tracks.get(reply.destination) or (described(reply) if reply.destination else str(reply.status))
        got[who] = got.get(who, 0) + times
    counts = " / ".join(f"{who} {times}" for who, times in sorted(got.items()))
    mark = "  !" if each.why else ""
    return _request(each.probe), " / ".join(shares) or str(each.answer.status), f"{counts}{mark}"


def _request(probe: Probe) -> str:
    headers = ", ".join(f"{name}: {show(header_without_secrets(name, value), 60)}" for name, value in probe.lines)
    asked = f"{probe.method} {probe.host}{probe.target}{f' {headers}' if headers else ''}"
    return f"{asked} in the mesh" if probe.door.way_in == MESH else f"{asked} at {_way(probe.door)}"


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    listed = list(rows)
    widths = [max(len(row[column]) for row in listed) for column in range(len(listed[0]))]
    for row in listed:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def agreements_json(found: Agreements) -> dict[str, Any]:
    """Return what was asked for programs."""
    return {
        "environment": found.environment,
        "requests": found.requests,
        "notAsked": found.unasked,
        "classes": [_class(each) for each in found.asked],
    }


def _class(each: Agreement) -> dict[str, Any]:
    probe = each.probe
    return {
        "gateway": probe.door.way_in,
        "port": probe.door.port or None,
        "request": {
            "method": probe.method,
            "host": probe.host,
            "target": probe.target,
            "headers": {name: header_without_secrets(name, text) for name, text in probe.headers.items()},
            "further": {name: header_without_secrets(name, text) for name, text in probe.further.items()},
        },
        "status": each.answer.status or None,
        "shares": [
            {"destination": name_of(share), "track": share.track, "probability": float(share.probability)}
            for share in each.answer.shares
        ],
        "replies": [
            {"status": reply.status, "destination": reply.destination or None, "path": reply.path, "times": n}
            for reply, n in sorted(each.replies.items())
        ],
        "differs": each.why or None,
    }

"""What is wrong or differs: findings with their lines, drift of rendered/, and parity.

Owns what is shown of long lists. Must not know how anything was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gitramp.overview import Overview, identity
from gitramp.parity import Difference
from gitramp.pipeline.compare import Comparison
from gitramp.problem import Finding, Severity
from gitramp.report.markup import code, marked, table, text
from gitramp.report.source_lines import SourceLines
from gitramp.report.text import counted, tally
from gitramp.report.told import sentence
from gitramp.source import show

_MOST = 100
_FEW = 4
"""Files of which the same is said that are listed without being asked for."""
_CAUSES = {
    (True, False): "Edited by hand: the overlays are as committed, these files are not.",
    (True, True): "Not as committed: edited by hand, or rendered before the overlays were edited once more.",
    (False, True): "Not rendered yet: these files are as committed, overlays are edited.",
    (False, False): "Committed so: overlays and files are as the commit has them.",
}
"""What made rendered files differ, by whether they, and whether overlays, are not as committed."""
_REMEDY = "run `gitramp render`; it overwrites what was edited by hand, so say in an overlay first what is to stay"
_KINDS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "plain"}


def findings(overview: Overview) -> Iterator[str]:
    """Yield what the gates found, errors first."""
    yield '<section aria-labelledby="findings">\n<h2 id="findings">Findings</h2>'
    report = overview.report
    if not report.findings and not report.allowed:
        yield f"<p>None. {text(_verified(overview))}</p>"
    else:
        yield f"<p>{text(tally(report))}. {text(_verified(overview))}</p>"
    worst = list(Severity)
    in_order = sorted(report, key=lambda finding: worst.index(finding.severity))
    concerned = _concerned(overview)
    lines = SourceLines.of(report)
    yield '<ol class="findings">' if in_order else ""
    for finding in in_order[:_MOST]:
        yield from _finding(finding, lines, concerned.get(identity(finding), ()))
    yield "</ol>" if in_order else ""
    if len(in_order) > _MOST:
        yield f"<p>And {len(in_order) - _MOST:,} more: <code>gitramp validate</code> tells all.</p>"
    yield from _allowed(overview)
    yield "</section>"


def _verified(overview: Overview) -> str:
    if not overview.verified_by:
        return "The gates refused, so no schema was asked."
    objects = sum(each.objects for each in overview.environments)
    step = f" The step from commit {overview.against[:12]} was judged with them." if overview.against else ""
    return f"{objects:,} objects are valid, says {overview.verified_by}.{step}"


def _concerned(overview: Overview) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for each in overview.environments:
        for finding in each.findings:
            found.setdefault(identity(finding), []).append(each.name)
    return found


def _finding(finding: Finding, lines: SourceLines, environments: Sequence[str]) -> Iterator[str]:
    kind = _KINDS[finding.severity]
    yield f'<li class="finding {kind}"><p class="what"><span class="badge {kind}">{finding.severity.value}</span>'
    yield f"<strong>{finding.code.number}</strong> {marked(sentence(finding))}</p>"
    if finding.mark:
        yield f'<p class="where">{code(str(finding.mark))}</p>'
    excerpt = lines.excerpt(finding)
    if excerpt is not None:
        caret = f"\n{' ' * (len(str(excerpt.number)) + 2 + excerpt.caret)}^" if excerpt.caret is not None else ""
        yield f'<pre tabindex="0">{text(f"{excerpt.number}  {excerpt.text}")}{caret}</pre>'
    yield f'<p class="remedy">{marked(finding.advice)}</p>'
    for other in finding.related:
        yield f'<p class="related">{text(other.message)}: {code(str(other.mark))}</p>'
    if environments:
        yield f'<p class="concerns">Concerns {text(", ".join(environments))}.</p>'
    yield "</li>"


def _allowed(overview: Overview) -> Iterator[str]:
    allowed = overview.report.allowed
    if not allowed:
        return
    rows = (
        [
            f"{each.finding.code.number}",
            text(sentence(each.finding)),
            text(show(each.reason, 200)),
            code(str(each.mark)),
        ]
        for each in allowed[:_MOST]
    )
    yield "<details><summary>Allowed by comments</summary>"
    yield from table("Findings that comments allow", ("Code", "What", "Reason", "Comment"), rows)
    yield "</details>"


def drift(overview: Overview) -> Iterator[str]:
    """Yield what `rendered/` has that the overlays do not give."""
    yield '<section aria-labelledby="drift">\n<h2 id="drift">Drift of rendered/</h2>'
    told = [(each.name, each.drift) for each in overview.environments]
    if all(drift == () for _, drift in told) and not overview.gone:
        yield "<p>None: rendered/ is what the overlays render to.</p>"
    for name, found in told:
        if found is None:
            yield f"<h3>{text(name)}</h3><p>Not known: errors keep it from being rendered.</p>"
        elif found:
            yield f"<h3>{text(name)}</h3>"
            yield from _by_cause(found, overview)
    if overview.gone:
        yield "<h3>No environment any more</h3>"
        yield from _files(overview.gone)
    if overview.gone or any(found for _, found in told):
        yield f'<p class="remedy">{marked(_REMEDY)}</p>'
    yield "</section>"


def _by_cause(found: Sequence[Finding], overview: Overview) -> Iterator[str]:
    """Yield the files that are as the commit has them apart from those that are not: a hand edit is among these."""
    if overview.commit is None:
        yield from _files(found)
        return
    for touched in (True, False):
        of = [each for each in found if _is_touched(each, overview.touched) is touched]
        if of:
            yield f"<p>{_CAUSES[touched, overview.edited]}</p>"
            yield from _files(of)


def _is_touched(finding: Finding, touched: Collection[str]) -> bool:
    return finding.mark is not None and finding.mark.path in touched


def _files(found: Sequence[Finding]) -> Iterator[str]:
    """Yield files by what is said of them: of a whole tree the same is said."""
    alike: dict[str, list[Finding]] = {}
    for each in found:
        alike.setdefault(each.message, []).append(each)
    for message, of in list(alike.items())[:_MOST]:
        files = (f"<li>{_place(each)}</li>" for each in of[:_MOST])
        rest = f"<li>and {len(of) - _MOST:,} more</li>" if len(of) > _MOST else ""
        if len(of) <= _FEW:
            yield f'<p class="reason">{marked(show(message, 300))}</p><ul class="files">{"".join(files)}</ul>'
            continue
        yield f'<details><summary>{len(of):,} files: {marked(show(message, 300))}</summary><ul class="files">'
        yield f"{''.join(files)}{rest}</ul></details>"
    if len(alike) > _MOST:
        yield f"<p>And {len(alike) - _MOST:,} more: <code>gitramp render --diff</code> tells all.</p>"


def _place(finding: Finding) -> str:
    mark = finding.mark
    return code(f"{mark.path}:{mark.line}" if mark and mark.line > 1 else mark.path if mark else "")


def parity(overview: Overview) -> Iterator[str]:
    """Yield in what environments differ that are meant to be alike."""
    yield '<section aria-labelledby="parity">\n<h2 id="parity">Parity</h2>'
    if not overview.parities:
        yield "<p>No environment says which other one it is meant to be like.</p>"
    for compared in overview.parities:
        yield from _compared(compared)
    yield "</section>"


def _compared(compared: Comparison) -> Iterator[str]:
    one, other = compared.one, compared.other
    undeclared = [each for each in compared.differences if not each.declared]
    declared = [each for each in compared.differences if each.declared]
    state = ("warn", f"{len(undeclared):,} undeclared") if undeclared else ("good", "as declared")
    yield f'<div class="head"><h3>{text(one)} and {text(other)}</h3>'
    yield f'<span class="badge {state[0]}">{state[1]}</span></div>'
    if not compared.differences:
        yield "<p>They do not differ.</p>"
    if undeclared:
        yield from _differences("not declared", undeclared, compared)
    if declared:
        yield f"<details><summary>{counted(len(declared), 'declared difference')}</summary>"
        yield from _differences("declared", declared, compared)
        yield "</details>"


def _differences(kind: str, found: Sequence[Difference], compared: Comparison) -> Iterator[str]:
    one, other = compared.one, compared.other
    head = ("Value", one, other, "Declared because")[: 4 if kind == "declared" else 3]
    caption = f"Differences of {one} and {other} that are {kind}"
    yield from table(caption, head, (_difference(each, compared)[: len(head)] for each in found[:_MOST]))
    if len(found) > _MOST:
        yield f"<p>And {len(found) - _MOST:,} more: <code>gitramp parity</code> tells all.</p>"


def _difference(each: Difference, compared: Comparison) -> list[str]:
    reason = compared.reasons.get(each.declared, "")
    sides = (f"{text(show(side.says))} <small>{code(str(side.mark))}</small>" for side in (each.here, each.there))
    return [code(show(each.path, 120)), *sides, text(show(reason, 160)) if reason else "-"]

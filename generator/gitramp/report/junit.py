"""JUnit's XML, as Jenkins and GitLab read test results: each finding a test case, an error a failed one.

Owns the shape, and that only characters of XML 1.0 are written (https://www.w3.org/TR/xml/#charsets). Must not know
other formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.problem import Finding, Severity
from gitramp.report.told import Told, one_line, sentence

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(told: Told) -> str:
    """Write one suite: a passed case for each environment without an error, one for each finding and for a fault."""
    cases = [*_passed(told), *(_case(finding) for finding in told.report), *_allowed(told), *_fault(told)]
    failures = sum(finding.severity is Severity.ERROR for finding in told.report)
    counts = (
        f'tests="{len(cases)}" failures="{failures}" errors="{int(bool(told.fault))}" '
        f'skipped="{len(told.report.allowed)}"'
    )
    name = _attribute(f"gitramp {told.command}")
    suite = [f"  <testsuite name={name} {counts}>", *cases, "  </testsuite>"]
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites name={name} {counts}>"]
    written = "\n".join([*head, *suite, "</testsuites>", ""])
    return written.encode("ascii", "xmlcharrefreplace").decode()  # the same to a reader, whatever stdout's encoding


def _passed(told: Told) -> Iterator[str]:
    suite = _attribute(f"gitramp.{told.command}")
    for environment in told.environments:
        yield f"    <testcase classname={suite} name={_attribute(environment)}/>"


def _case(finding: Finding) -> str:
    code = finding.code.number
    place = str(finding.mark) if finding.mark else finding.subject
    said = [place, f"{finding.severity.value} {code} {sentence(finding)}", finding.advice]
    said.extend(f"{other.message}: {other.mark}" for other in finding.related)
    text = "\n".join(one_line(line) for line in said if line)
    head = _head(finding)
    if finding.severity is Severity.ERROR:
        message = _attribute(sentence(finding))
        return f'{head}\n      <failure type="{code}" message={message}>{_escaped(text)}</failure>\n    </testcase>'
    return f"{head}\n      <system-out>{_escaped(text)}</system-out>\n    </testcase>"


def _head(finding: Finding) -> str:
    """Begin a test case by what makes it known again, its class and name: no line is in them."""
    path = _attribute(finding.mark.path if finding.mark else "gitramp")
    return f"    <testcase classname={path} name={_attribute(f'{finding.code} {sentence(finding)}')}>"


def _allowed(told: Told) -> Iterator[str]:
    for each in told.report.allowed:
        reason = _attribute(f"allowed at {each.mark}: {each.reason}")
        yield f"{_head(each.finding)}\n      <skipped message={reason}/>\n    </testcase>"


def _fault(told: Told) -> Iterator[str]:
    if told.fault:
        head = f'    <testcase classname="gitramp" name={_attribute(told.command)}>'
        yield f"{head}\n      <error message={_attribute(told.fault_text)}/>\n    </testcase>"


def _attribute(text: str) -> str:
    return f'"{_escaped(one_line(text))}"'


def _escaped(text: str) -> str:
    legal = _ILLEGAL.sub(lambda found: ascii(found.group())[1:-1], text)
    return legal.translate(_ENTITIES)

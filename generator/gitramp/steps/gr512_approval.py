"""GR512: a step that somebody must agree to carries their approval."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.model import Approval
from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.source import show
from gitramp.steps.shares import growing, plan
from gitramp.steps.step import Approvals, Step, StepRule

CODE = Code(
    "GR512",
    "a step that nobody approved",
    "The ramp names who must agree to it. Git is the only state, so the agreement is a trailer of a commit; that it is "
    "theirs is for signed commits and the rules of your branches to prove.",
    "have one of them put the trailer `Approved-by: Name <address>` into a commit of the change",
    source="https://git-scm.com/docs/git-interpret-trailers",
)
_PERSON = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>")


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary that grows without the approval its ramp asks for; what is in no commit yet is not asked."""
    if step.approvals is None:
        return
    for before, after in step.services():
        growth, ramp = growing(before, after), plan(before, after)
        wanted = ramp.approve if ramp else None
        if growth is None or wanted is None or growth.weight < wanted.above:
            continue
        if not _is_approved(wanted, step.approvals):
            names = ", ".join(show(name) for name in wanted.by)
            message = f"canary {growth.track} of {after.name} goes to {growth.weight} % without approval by {names}"
            yield Breach(message + _refused(wanted, step.approvals), growth.pointer)


def _is_approved(wanted: Approval, approvals: Approvals) -> bool:
    return any(_is_one_of(person, wanted) and not _is_author(person, approvals) for person in approvals.by)


def _refused(wanted: Approval, approvals: Approvals) -> str:
    """Say why an approval that is there does not count."""
    own = next((person for person in approvals.by if _is_one_of(person, wanted)), "")
    return f"; {show(own)} wrote it, and nobody approves a step of their own" if own else ""


def _is_author(person: str, approvals: Approvals) -> bool:
    return any(_said(person) & _said(author) for author in approvals.authors)


def _is_one_of(person: str, wanted: Approval) -> bool:
    names = {name.casefold() for name in wanted.by} | {part for name in wanted.by for part in _said(name)}
    return bool(_said(person) & names)


def _said(person: str) -> set[str]:
    """Return by what a person is known: address and name, without regard to case."""
    found = _PERSON.fullmatch(person.strip())
    parts = (found["name"], found["address"]) if found else (person.strip(),)
    return {part.strip().casefold() for part in parts} - {""}


RULE = StepRule(CODE, find)

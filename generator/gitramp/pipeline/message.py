"""The message of a commit: what changes for traffic, before and after, and the trailers for programs.

Owns its words and their order. Must not know how anything is committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitramp import repo, traffic
from gitramp.actions import ACTION, Action
from gitramp.actions import actions as read_actions
from gitramp.model import Environment
from gitramp.pipeline.built import Built
from gitramp.source import show
from gitramp.workspace import ENVIRONMENTS, environment_of

_SUBJECT_LIMIT = 72


@dataclass(frozen=True, slots=True)
class Note:
    """What a message says beside what changes: which verbs did it, for whom, and on what evidence.

    `actions` are values of the trailer `Gitramp-Action`; `by` says who the commit is by.
    """

    actions: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    co_authored: tuple[str, ...] = ()
    evidence: str = ""
    by: repo.Authorship = repo.CONFIGURED

    def on(self, message: str, rendered_from: str) -> str:
        """Put evidence and trailers under a message; `rendered_from` is the id of the tree of the overlays."""
        trailers = {
            "Rendered-from": [rendered_from],
            "Gitramp-Action": self.actions,
            "Approved-by": self.approved,
            "Co-authored-by": self.co_authored,
        }
        told = f"{message.rstrip()}\n\n{self.evidence.rstrip()}\n" if self.evidence else message
        return repo.with_trailers(told, trailers)


NOTHING = Note()


def message(
    before: Mapping[str, Environment],
    built: Sequence[Built],
    paths: Sequence[str],
    *,
    everything: bool,
    actions: Sequence[str] = (),
) -> str:
    """Return subject and body: what changes for traffic in each environment; else what was done, if anything."""
    said_of = {b.name: changes(before.get(b.name), b.environment) for b in built}
    # `show`: a sentence can quote a header's text, and a newline in it could pass for a trailer.
    sentences = [(name, show(sentence, limit=300)) for name, said in said_of.items() for sentence in said]
    if everything:
        sentences += [(name, "environment removed") for name in before if name not in said_of]
    if not sentences:
        sentences = [(each.environment, show(_done(each), limit=300)) for each in _read(actions)]
    if not sentences:
        rendered = sorted({environment for path in paths if (environment := environment_of(path))})
        what = "no change for traffic" if rendered else "no change in what is rendered"
        return f"{', '.join(rendered) or ENVIRONMENTS}: {what}\n"
    subject = _subject(sentences)
    body = "\n".join(f"{name}: {sentence}" for name, sentence in sentences)
    return f"{subject}\n" if body == subject else f"{subject}\n\n{body}\n"


def _read(values: Sequence[str]) -> tuple[Action, ...]:
    return read_actions(f"{ACTION}: {value}" for value in values)


def _done(action: Action) -> str:
    """Say what was done where nothing changes for traffic."""
    if action.verb == "canary/unhold":
        return f"{action.service} no longer held"
    if action.verb == "set":
        return f"{action.service} {action.words} set"
    return f"{action.service} {action.verb.replace('/', ' ')} {action.words}".rstrip()


def changes(before: Environment | None, after: Environment) -> tuple[str, ...]:
    """Return what changes for traffic and in what runs, one sentence each; of a new environment that it is new."""
    added = () if before else ("environment added",)
    return (*added, *traffic.changes(before, after))


def _subject(sentences: Sequence[tuple[str, str]]) -> str:
    name, first = sentences[0]
    more = f" and {len(sentences) - 1} more" if len(sentences) > 1 else ""
    room = _SUBJECT_LIMIT - len(more)
    whole = f"{name}: {first}"
    # A reason comes after a colon; the body has all of it.
    return _cut(whole if len(whole) <= room else f"{name}: {first.partition(': ')[0]}", room) + more


def _cut(subject: str, room: int = _SUBJECT_LIMIT) -> str:
    return subject if len(subject) <= room else f"{subject[: room - 3]}..."

"""Istiod's admission webhook, asked through the program in `istio/`.

Owns the dialogue with that program, which runs as long as the webhook is used. Must not know where objects are from.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from typing import IO

from conformance import binaries
from conformance.verdict import Document, Verdict, named

SEPARATOR = "\n---\n"


class Webhook:
    """A running istio-validate."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions, self._answers = questions, answers

    def ask(self, document: Document) -> Verdict | None:
        """Return istiod's verdict; None for an object that no API server would send to it."""
        # Never the text: what is a separator in it would be one too many.
        self._questions.write(json.dumps(document.body, default=str) + SEPARATOR)
        self._questions.flush()
        said = json.loads(self._answers.readline())
        if not said["asked"]:
            return None
        return Verdict(f"istiod on {named(document.body)}", "; ".join(said["errors"]), tuple(said["warnings"]))


@contextlib.contextmanager
def running() -> Iterator[Webhook]:
    """Start the program, and end it with its input."""
    command = [str(binaries.istio_validate())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield Webhook(process.stdin, process.stdout)
        process.stdin.close()

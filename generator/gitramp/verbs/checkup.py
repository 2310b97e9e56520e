"""Ask the metrics about canaries as they stand, and move nothing.

Owns which canaries are looked at, at HEAD or in a folder without a repository. Must not know how a verdict is reached.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitramp import overlays
from gitramp.analysis import Verdict
from gitramp.intents import Aim
from gitramp.pipeline.build import Progress, built_before
from gitramp.ramps.standing import stays
from gitramp.ramps.status import opened
from gitramp.verbs.amend import no_service
from gitramp.verbs.exam import Exam, examined
from gitramp.workspace import Workspace


def checkup(
    workspace: Workspace, names: Sequence[str], services: Sequence[str], exam: Exam, progress: Progress
) -> tuple[Verdict, ...]:
    """Return the verdict on each canary with traffic, of all services or of those that are named.

    Raises UsageError for a service that no environment has.
    """
    source = opened(workspace, None)
    wanted = tuple(names) or overlays.names(source.taken)
    built = {name: built_before(source.taken, name) for name in wanted}
    known = {service for one in built.values() for service in one.environment.services}
    if unknown := [service for service in services if service not in known]:
        raise no_service(unknown[0], sorted(known), ", ".join(wanted))
    aims = [
        Aim(service.name, name)
        for name, one in built.items()
        for service in one.environment.services.values()
        if service.canary and (not services or service.name in services)
    ]
    repository, commit = source.repository, source.commit
    past = stays(repository, commit, source.taken, wanted, services) if repository and commit else None
    return tuple(verdict for _, verdict in examined(exam, aims, built, past, progress))

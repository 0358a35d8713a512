"""What becomes of each job of a turn, given its mapped record and its offer as it stands: pure
decisions, which settle.py writes down."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from jobs.claim_jobs import ClaimedJob
from jobs.history_rows import NewRevision
from jobs.map_jobs import MappedJob
from jobs.offer_rows import CurrentOffer, OfferWrite
from jobs.partial_records import Key
from webapp.models import JobState, Lifecycle, Outcome, RevisionKind, SyncStatus
from webapp.offers.changes import changed_fields
from webapp.offers.fingerprint import content_hash, sorted_json
from webapp.offers.ordering import is_older, oldest_first
from webapp.offers.problems import problem


@dataclass(slots=True)
class Fate:
    job: ClaimedJob
    state: JobState
    outcome: Outcome | None = None
    error_code: str | None = None
    error_message: str | None = None


def decisions(
    mapped: Sequence[MappedJob], current: dict[Key, CurrentOffer], outdated: Container[int]
) -> tuple[list[OfferWrite], dict[int, Fate]]:
    """What to write, and each job's fate. Of two jobs for one offer the newer is written.

    `outdated`: jobs of offers that are not there because a newer record withdrew them.
    """
    writes: dict[Key, OfferWrite] = {}
    fates: dict[int, Fate] = {}
    withdrawn: set[Key] = set()
    for one in _newest_first(mapped):
        job = one.job
        key = job.source_id, job.external_id
        known = current.get(key)
        is_late = is_older(job, known) if known is not None else job.id in outdated
        if is_late or key in writes or key in withdrawn:
            fates[job.id] = Fate(job, JobState.DONE, Outcome.SUPERSEDED)
        elif one.withdraws:
            withdrawn.add(key)
            is_news = known is not None and known.lifecycle != Lifecycle.WITHDRAWN
            outcome = Outcome.WITHDRAWN if is_news else Outcome.UNCHANGED
            fates[job.id] = Fate(job, JobState.DONE, outcome)
            # Of a webhook that is news to nobody: a repeated event, or one before our time.
            if known is None and job.run_id is not None:
                one.problems.append(problem("withdrawn_unknown", "external_id", job.external_id))
        elif one.offer is None:
            worst = one.problems[0]
            state = JobState.FAILED if worst.code == "mapping_failed" else JobState.REJECTED
            fates[job.id] = Fate(job, state, None, worst.code, worst.message)
        else:
            written = sorted_json(one.offer)
            hashed = content_hash(written)
            warned = any(found.severity != "info" for found in one.problems)
            status = SyncStatus.WARNING if warned else SyncStatus.OK
            writes[key] = OfferWrite(job, one.offer, written, hashed, status)
            if known is None:
                outcome = Outcome.CREATED
            elif known.content_hash == hashed and known.lifecycle != Lifecycle.WITHDRAWN:
                outcome = Outcome.UNCHANGED
            else:
                outcome = Outcome.UPDATED
            fates[job.id] = Fate(job, JobState.DONE, outcome)
    return [writes[key] for key in sorted(writes)], fates


def _newest_first(mapped: Sequence[MappedJob]) -> list[MappedJob]:
    """The jobs of each offer; the order of offers is nobody's concern."""
    of_offer: dict[Key, list[MappedJob]] = {}
    for one in mapped:
        of_offer.setdefault((one.job.source_id, one.job.external_id), []).append(one)
    return [
        one
        for together in of_offer.values()
        for one in reversed(oldest_first(together, lambda one: one.job))
    ]


def revisions_of(
    writes: Sequence[OfferWrite],
    fates: dict[int, Fate],
    current: dict[Key, CurrentOffer],
    ids: dict[Key, int],
) -> list[NewRevision]:
    revisions = []
    for write in writes:
        key = write.job.source_id, write.job.external_id
        fate, offer_id = fates[write.job.id], ids.get(key)
        if offer_id is None:
            # A newer version arrived between our look and our write.
            fate.outcome = Outcome.SUPERSEDED
        elif fate.outcome == Outcome.CREATED:
            revisions.append(NewRevision(offer_id, write.job, RevisionKind.CREATED, {}))
        elif fate.outcome == Outcome.UPDATED:
            known = current[key]
            returned = known.lifecycle == Lifecycle.WITHDRAWN
            kind = RevisionKind.RETURNED if returned else RevisionKind.UPDATED
            changes = changed_fields(known.data, write.offer)
            revisions.append(NewRevision(offer_id, write.job, kind, changes))
    return revisions


def has_moved(one: MappedJob, current: dict[Key, CurrentOffer]) -> bool:
    known = current.get((one.job.source_id, one.job.external_id))
    base_job_id = one.whole.base_job_id if one.whole is not None else None
    return base_job_id != (known.job_id if known is not None else None)


def is_superseded(fate: Fate) -> bool:
    return fate.outcome == Outcome.SUPERSEDED


def withdrawals(
    gone: Sequence[MappedJob], fates: dict[int, Fate], ids: dict[Key, int]
) -> list[NewRevision]:
    return [
        NewRevision(
            ids[one.job.source_id, one.job.external_id], one.job, RevisionKind.WITHDRAWN, {}
        )
        for one in gone
        if fates[one.job.id].outcome == Outcome.WITHDRAWN
    ]

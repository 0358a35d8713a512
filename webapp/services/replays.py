"""Working deliveries again on a person's word: which ones is settled when it is asked for, a worker
does it by and by. Services flush; their callers commit."""

from sqlalchemy import func, select, update

from webapp import queues
from webapp.extensions import db
from webapp.models import Delivery, DeliveryState, Replay, ReplayState, Source, User
from webapp.queries.counting import Capped, capped_count
from webapp.queries.delivery_filters import DeliveryFilters, matching_ids
from webapp.services.audit import note
from webapp.services.source_lock import lock_source

# The others are on their way, or nothing of them may be used.
REPLAYABLE_STATES = (DeliveryState.DONE, DeliveryState.UNREADABLE)
MOST_DELIVERIES = 100_000


class ReplayAlreadyOpen(Exception):
    """Deliveries of the source are being replayed; `replay` is that one."""

    def __init__(self, replay: Replay) -> None:
        super().__init__(f"Replay {replay.id} of this source is still going on.")
        self.replay = replay


class NothingToReplay(Exception):
    """None of the deliveries can be replayed."""


def replayable_count(source: Source, filters: DeliveryFilters) -> Capped:
    wanted = matching_ids(source.id, filters, most=MOST_DELIVERIES + 1, states=REPLAYABLE_STATES)
    return capped_count(wanted, MOST_DELIVERIES)


def start_replay(source: Source, filters: DeliveryFilters, user: User) -> Replay:
    """Of the newest ones that match, `MOST_DELIVERIES` at most.

    :raise ReplayAlreadyOpen: with the one that is
    :raise NothingToReplay:
    """
    lock_source(source)
    if (open_one := open_replay_of(source)) is not None:
        raise ReplayAlreadyOpen(open_one)
    replay = Replay(
        agency_id=source.agency_id,
        source_id=source.id,
        asked_by=user.id,
        filters=filters.as_document(),
    )
    db.session.add(replay)
    db.session.flush()
    replay.wanted = _freeze(source, filters, replay)
    if not replay.wanted:
        raise NothingToReplay
    note("deliveries_replayed", source, user, replay=replay.id, deliveries=replay.wanted)
    ring_for_replay(replay.id)
    return replay


def open_replay_of(source: Source) -> Replay | None:
    return db.session.scalar(
        select(Replay).where(Replay.source_id == source.id, Replay.state == ReplayState.OPEN)
    )


def cancel_replay(replay: Replay, user: User) -> bool:
    """What is replayed stays so; False when it was over already."""
    cancelled = db.session.scalar(
        update(Replay)
        .where(Replay.id == replay.id, Replay.state == ReplayState.OPEN)
        .values(state=ReplayState.CANCELLED, finished_at=func.now())
        .returning(Replay.id)
    )
    if cancelled is not None:
        note("replay_cancelled", replay.source, user, replay=replay.id)
    return cancelled is not None


def ring_for_replay(replay_id: int) -> None:
    queues.enqueue_after_commit(
        db.session(),
        queues.DEFAULT,
        queues.REPLAY_DELIVERIES,
        replay_id,
        job_id=f"replay-{replay_id}",
    )


def _freeze(source: Source, filters: DeliveryFilters, replay: Replay) -> int:
    """Marks the deliveries; what ends later than the replay began has been worked anew."""
    ids = matching_ids(source.id, filters, most=MOST_DELIVERIES, states=REPLAYABLE_STATES)
    marked = db.session.execute(
        update(Delivery)
        .where(
            Delivery.id.in_(ids),
            Delivery.state.in_(REPLAYABLE_STATES),
            Delivery.finished_at < func.now(),
        )
        .values(replay_id=replay.id)
        .execution_options(synchronize_session=False)
    )
    return int(marked.rowcount)  # type: ignore[attr-defined]

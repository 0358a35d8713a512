"""How far a run is, how fast it goes and what is left: the figures of its live region."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from webapp.models import Run, RunState, Trigger, utc_now
from webapp.views.filters import byte_size
from webapp.views.labels.runs import STEPS

# After a decision its worker gets this long before the page stops looking.
WITHDRAWAL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """`total` is None while nobody knows how much there is to do."""

    label: str
    done: int
    total: int | None
    rate: float | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    seconds: float | None
    detail: str
    is_running: bool = False


def is_moving(run: Run) -> bool:
    """Whether the figures may still change without anybody's doing."""
    if run.is_open:
        return True
    if run.state not in (RunState.FINISHED, RunState.HELD):
        return False
    return run.settled < run.staged or _is_withdrawing(run)


def progress(run: Run) -> Progress | None:
    """None when the run doesn't move."""
    if not is_moving(run):
        return None
    if run.state == RunState.QUEUED:
        label = _("Tried again soon") if run.attempt else _("Waiting for a worker")
        return Progress(label, 0, None, None, None)
    if run.trigger == Trigger.REMAP and run.state in (RunState.FETCHING, RunState.READING):
        return Progress(_("Mapping stored records again"), run.settled, None, _rate(run), None)
    if run.state == RunState.FETCHING:
        return Progress(_("Fetching"), run.bytes_read, run.bytes or None, None, None)
    if _is_withdrawing(run):
        return Progress(_("Withdrawing offers"), run.withdrawn, run.held, None, None)
    rate = _rate(run)
    if run.state == RunState.READING:
        return Progress(_("Reading and applying"), run.settled, None, rate, None)
    left = (run.staged - run.settled) / rate if rate else None
    return Progress(_("Applying offers"), run.settled, run.staged, rate, left)


def steps(run: Run) -> list[Step]:
    """The finished steps with their seconds, and the one that goes on."""
    done = [_step(step) for step in run.steps]
    is_remap = run.trigger == Trigger.REMAP
    names = {
        RunState.FETCHING: "read_stored" if is_remap else "fetch",
        RunState.READING: "read_stored" if is_remap else "read",
        RunState.APPLYING: "apply",
    }
    if (name := names.get(RunState(run.state))) is not None:
        running = Step(str(STEPS[name]), _seconds_since(_last_moment(run)), "", is_running=True)
        return [*done, running]
    return done


def announcement(run: Run) -> str:
    """What a screen reader hears when the run has come to rest."""
    word = {
        RunState.FINISHED: _("finished"),
        RunState.HELD: _("held: the file is of another kind")
        if run.drift
        else _("held: removals wait for a person"),
        RunState.FAILED: _("failed"),
        RunState.CANCELLED: _("cancelled"),
    }.get(RunState(run.state), run.state)
    refused = run.rejected + run.failed + run.quarantined
    return str(_("Run %(id)s %(word)s, %(count)s refused.", id=run.id, word=word, count=refused))


def _is_withdrawing(run: Run) -> bool:
    if run.decision != "approved" or run.withdrawn >= run.held or run.decided_at is None:
        return False
    return utc_now() - run.decided_at < timedelta(seconds=WITHDRAWAL_SECONDS)


def _rate(run: Run) -> float | None:
    """Offers applied a second since the reading began."""
    began = next((_moment(s["finished_at"]) for s in run.steps if s["name"] == "fetch"), None)
    since = _seconds_since(began or run.started_at)
    return run.settled / since if since and run.settled else None


def _last_moment(run: Run) -> datetime | None:
    return _moment(run.steps[-1]["finished_at"]) if run.steps else run.started_at


def _seconds_since(moment: datetime | None) -> float | None:
    return (utc_now() - moment).total_seconds() if moment else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _step(step: dict[str, Any]) -> Step:
    detail: dict[str, Any] = step.get("detail") or {}
    words = ""
    if "records" in detail:
        words = _("%(count)s records", count=f"{detail['records']:,}")
        if detail.get("skipped"):
            words += ", " + _("%(count)s left out", count=f"{detail['skipped']:,}")
    elif detail.get("bytes"):
        words = byte_size(detail["bytes"])
    took = _moment(step["finished_at"]) - _moment(step["started_at"])
    name = step["name"]
    return Step(str(STEPS.get(name, name)), took.total_seconds(), str(words))

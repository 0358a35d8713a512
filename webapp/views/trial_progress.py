"""How far a trial is: the figures of the region that asks for them every second."""

from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.models import Trial, TrialKind, TrialState, utc_now
from webapp.services.trials import latest_trial


@dataclass(frozen=True, slots=True)
class TrialProgress:
    """`total` is None while nobody knows how much there is to do."""

    label: str
    done: int
    total: int | None
    is_bytes: bool = False
    rate: float | None = None
    seconds_left: float | None = None


def trial_progress(trial: Trial) -> TrialProgress | None:
    """None when the trial is over."""
    if not trial.is_open:
        return None
    if trial.state == TrialState.QUEUED:
        return TrialProgress(_("Waiting for a worker"), 0, None)
    if trial.read == 0:
        return TrialProgress(
            _("Fetching the feed"), trial.bytes_read, trial.bytes or None, is_bytes=True
        )
    total = _expected_records(trial)
    rate = _rate(trial)
    left = max(0, total - trial.read) / rate if rate and total else None
    return TrialProgress(_("Reading the records"), trial.read, total, rate=rate, seconds_left=left)


def _rate(trial: Trial) -> float | None:
    """Records read a second, since a worker took it up."""
    if trial.started_at is None:
        return None
    seconds = (utc_now() - trial.started_at).total_seconds()
    return trial.read / seconds if seconds > 0 else None


def _expected_records(trial: Trial) -> int | None:
    """As many as the last look found; it may be more or fewer by now."""
    if trial.kind != TrialKind.DRY_RUN:
        return None
    look = latest_trial(trial.source, TrialKind.LOOK)
    found = (look.result or {}).get("detected", {}).get("records") if look else None
    return max(int(found), trial.read) if found else None

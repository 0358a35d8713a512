"""A run as the commands' JSON tells it: the same keys everywhere."""

from webapp.models import Run

COUNTERS = (
    "read", "created", "updated", "unchanged", "superseded", "rejected", "failed", "quarantined",
    "missing", "withdrawn", "held",
)  # fmt: skip


def run_facts(run: Run) -> dict[str, object]:
    """`seconds` from the first claim to the end; None while it goes on."""
    began, ended = run.started_at or run.created_at, run.finished_at
    return {
        "run": run.id,
        "state": run.state,
        "verdict": run.verdict,
        **{name: getattr(run, name) for name in COUNTERS},
        "reasons": run.verdict_reasons,
        "error": run.error_message,
        "seconds": round((ended - began).total_seconds(), 3) if ended else None,
    }

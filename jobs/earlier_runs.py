"""How large the source's feed usually is: what the validity gate compares a reading with."""

from sqlalchemy import func, or_, select

from webapp.extensions import db
from webapp.models import Run, Semantics, Verdict

MOST_RUNS = 10


def earlier_counts(source_id: int, before: int | None = None) -> tuple[int, ...]:
    """Records of the last valid snapshots, the newest first; `before` leaves later runs out.

    A person who approved a smaller feed has said what is usual from then on.
    """
    earlier = (Run.source_id == source_id) & (Run.semantics == Semantics.SNAPSHOT)
    if before is not None:
        earlier &= Run.id < before
    approved = select(func.max(Run.id)).where(earlier, Run.decision == "approved")
    rows = db.session.scalars(
        select(Run.read)
        .where(
            earlier,
            Run.id >= func.coalesce(approved.scalar_subquery(), 0),
            or_(Run.verdict == Verdict.VALID, Run.decision == "approved"),
        )
        .order_by(Run.id.desc())
        .limit(MOST_RUNS)
    )
    return tuple(rows)

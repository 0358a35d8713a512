"""How Offerdock itself is run: queues that an admin paused, their depth minute by minute, and how
far old rows have been forgotten."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.accounts import User
from webapp.models.base import Base, CreatedAt, Moment, Words


class QueuePause(Base):
    """As long as it is there, no worker takes a job off the queue."""

    __tablename__ = "queue_pauses"

    queue: Mapped[Words] = mapped_column(primary_key=True)
    paused_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    paused_at: Mapped[CreatedAt]

    person: Mapped[User | None] = relationship()


class QueueSample(Base):
    """A queue at the turn of a minute, kept for two days.

    `taken` and `expired` are what webapp.queue_tallies had counted until then: a lower number than
    before means that the count began anew.
    """

    __tablename__ = "queue_samples"

    at: Mapped[Moment] = mapped_column(primary_key=True)
    queue: Mapped[Words] = mapped_column(primary_key=True)
    waiting: Mapped[int]
    oldest_seconds: Mapped[int]
    taken: Mapped[int] = mapped_column(BigInteger)
    expired: Mapped[int] = mapped_column(BigInteger)


class RetentionPass(Base):
    """How far the tick has walked through one kind of old rows, from the oldest id to the newest.

    What is kept among the old is passed once a walk, not at each tick.
    """

    __tablename__ = "retention_passes"

    kind: Mapped[Words] = mapped_column(primary_key=True)
    behind: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    due_at: Mapped[CreatedAt]

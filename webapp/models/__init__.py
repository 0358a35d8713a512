"""The tables, one file a family; importing this package makes all of them known."""

from webapp.models.accounts import Agency, Role, User
from webapp.models.base import Base, utc_now
from webapp.models.offer_jobs import (
    RETRYABLE_STATES,
    UNSETTLED_STATES,
    JobState,
    OfferJob,
    OfferRecord,
    Outcome,
    Rejection,
)
from webapp.models.offers import Lifecycle, Offer, OfferRevision, RevisionKind, SyncStatus
from webapp.models.problems import Issue, IssueState, OfferProblem, Severity
from webapp.models.runs import (
    OPEN_STATES,
    Run,
    RunRemoval,
    RunSeen,
    RunState,
    Semantics,
    Trigger,
    Verdict,
)
from webapp.models.sources import Mapping, ScheduleKind, Source, SourceStatus
from webapp.models.uploads import UploadChunk

__all__ = [
    "OPEN_STATES",
    "RETRYABLE_STATES",
    "UNSETTLED_STATES",
    "Agency",
    "Base",
    "Issue",
    "IssueState",
    "JobState",
    "Lifecycle",
    "Mapping",
    "Offer",
    "OfferJob",
    "OfferProblem",
    "OfferRecord",
    "OfferRevision",
    "Outcome",
    "Rejection",
    "RevisionKind",
    "Role",
    "Run",
    "RunRemoval",
    "RunSeen",
    "RunState",
    "ScheduleKind",
    "Semantics",
    "Severity",
    "Source",
    "SourceStatus",
    "SyncStatus",
    "Trigger",
    "UploadChunk",
    "User",
    "Verdict",
    "utc_now",
]

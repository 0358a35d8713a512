"""The tables, one file a family; importing this package makes all of them known."""

from webapp.models.accounts import Agency, Role, User
from webapp.models.audit import AuditEntry
from webapp.models.base import Base, utc_now
from webapp.models.drafts import DraftStep, MappingDraft, OwnPreset
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
from webapp.models.trials import SourceSample, Trial, TrialKind, TrialState
from webapp.models.uploads import Upload, UploadChunk
from webapp.models.values import CountedValue, ValueDecision

__all__ = [
    "OPEN_STATES",
    "RETRYABLE_STATES",
    "UNSETTLED_STATES",
    "Agency",
    "AuditEntry",
    "Base",
    "CountedValue",
    "DraftStep",
    "Issue",
    "IssueState",
    "JobState",
    "Lifecycle",
    "Mapping",
    "MappingDraft",
    "Offer",
    "OfferJob",
    "OfferProblem",
    "OfferRecord",
    "OfferRevision",
    "Outcome",
    "OwnPreset",
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
    "SourceSample",
    "SourceStatus",
    "SyncStatus",
    "Trial",
    "TrialKind",
    "TrialState",
    "Trigger",
    "Upload",
    "UploadChunk",
    "User",
    "ValueDecision",
    "Verdict",
    "utc_now",
]

"""The tables, one file a family; importing this package makes all of them known."""

from webapp.models.accounts import Agency, Role, User
from webapp.models.admissions import Admission
from webapp.models.audit import AuditEntry
from webapp.models.base import LARGEST_ID, Base, utc_now
from webapp.models.deliveries import Delivery, DeliveryRequest, DeliveryState
from webapp.models.drafts import DraftStep, MappingDraft, OwnPreset
from webapp.models.faults import Fault
from webapp.models.issues import ACTIVE_STATES, Issue, IssueComment, IssueDay, IssueState
from webapp.models.notifications import (
    Alert,
    Notification,
    NotificationChannel,
    NotificationKind,
    NotificationRule,
    NotificationState,
)
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
from webapp.models.operations import QueuePause, QueueSample, RetentionPass
from webapp.models.problems import OfferProblem, Severity
from webapp.models.receipts import Receipt, ReceiptState
from webapp.models.replays import Replay, ReplayState
from webapp.models.retries import Retry, RetryJob, RetryState
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
from webapp.models.webhooks import Webhook

__all__ = [
    "ACTIVE_STATES",
    "LARGEST_ID",
    "OPEN_STATES",
    "RETRYABLE_STATES",
    "UNSETTLED_STATES",
    "Admission",
    "Agency",
    "Alert",
    "AuditEntry",
    "Base",
    "CountedValue",
    "Delivery",
    "DeliveryRequest",
    "DeliveryState",
    "DraftStep",
    "Fault",
    "Issue",
    "IssueComment",
    "IssueDay",
    "IssueState",
    "JobState",
    "Lifecycle",
    "Mapping",
    "MappingDraft",
    "Notification",
    "NotificationChannel",
    "NotificationKind",
    "NotificationRule",
    "NotificationState",
    "Offer",
    "OfferJob",
    "OfferProblem",
    "OfferRecord",
    "OfferRevision",
    "Outcome",
    "OwnPreset",
    "QueuePause",
    "QueueSample",
    "Receipt",
    "ReceiptState",
    "Rejection",
    "Replay",
    "ReplayState",
    "RetentionPass",
    "Retry",
    "RetryJob",
    "RetryState",
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
    "Webhook",
    "utc_now",
]

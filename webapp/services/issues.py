"""What people do about an issue: resolve, ignore, assign, comment, apply its records again.
Services flush; their callers commit."""

from dataclasses import dataclass
from datetime import datetime

from webapp.extensions import db
from webapp.models import (
    Issue,
    IssueComment,
    IssueState,
    Run,
    User,
    utc_now,
)
from webapp.queries.retries import of_issue, retryable_count
from webapp.services.audit import Action, note
from webapp.services.issue_alerts import close_issue_alerts
from webapp.services.remaps import ask_for_remap
from webapp.services.retries import start_retry

LONGEST_COMMENT = 4_000


@dataclass(frozen=True, slots=True)
class Ignoring:
    """Until when an issue is ignored; with nothing said, for good."""

    until: datetime | None = None
    above: int | None = None
    """Until more records than that are affected."""
    share: float | None = None
    """Until a larger share of the source's records is affected."""


def resolve_issue(issue: Issue, user: User) -> None:
    """Should a record have the problem still, the next run brings it back as regressed."""
    _move(issue, IssueState.RESOLVED, user)
    _note("issue_resolved", issue, user)


def reopen_issue(issue: Issue, user: User) -> None:
    _move(issue, IssueState.OPEN, user)
    _note("issue_reopened", issue, user)


def ignore_issue(issue: Issue, ignoring: Ignoring, user: User) -> None:
    _move(issue, IssueState.IGNORED, user)
    issue.ignored_until = ignoring.until
    issue.ignored_above = ignoring.above
    issue.ignored_share = ignoring.share
    db.session.flush()
    _note("issue_ignored", issue, user)


def assign_issue(issue: Issue, assignee: User | None, user: User) -> None:
    issue.assignee_id = assignee.id if assignee else None
    db.session.flush()
    _note("issue_assigned", issue, user, assignee=assignee.name if assignee else None)


def comment_on_issue(issue: Issue, text: str, user: User) -> IssueComment:
    comment = IssueComment(issue_id=issue.id, user_id=user.id, text=text[:LONGEST_COMMENT])
    db.session.add(comment)
    db.session.flush()
    return comment


def apply_again(issue: Issue, user: User) -> Run | None:
    """Map the stored records that have the problem anew, and send those again that failed for
    another reason than their content. Offers without the problem are not touched.

    :returns: the run; None while another one is open: it begins after that one
    :raise RetryAlreadyOpen: others are being sent again; nothing is done then
    """
    failed = of_issue(issue, utc_now())
    if retryable_count(failed).value:
        start_retry(failed, user)
    due = {"problems": [[issue.code, issue.field]]}
    run = ask_for_remap(issue.source, due, user)
    _note("issue_applied_again", issue, user, run=run.id if run else None, records=issue.affected)
    return run


def _move(issue: Issue, state: IssueState, user: User) -> None:
    issue.state, issue.state_since, issue.state_by_id = state, utc_now(), user.id
    issue.ignored_until = issue.ignored_above = issue.ignored_share = None
    issue.escalated_from = None
    db.session.flush()
    if not issue.is_active:
        close_issue_alerts(issue.source, issue.id, f"{user.name} has {state} it.")


def _note(action: Action, issue: Issue, user: User, **detail: object) -> None:
    note(action, issue.source, user, issue=issue.id, code=issue.code, field=issue.field, **detail)

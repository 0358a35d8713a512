"""What issues give people to know: one is new, one is back or grows, one is over. The vendor's own
words stay out of it: a chat could take them for commands."""

from webapp.alert_kinds import AlertKind
from webapp.models import IssueState, Source
from webapp.offers.problems import PROBLEMS
from webapp.offers.targets import field_label
from webapp.services.alerts import About, Words, close_alert, open_alert

_KINDS = (AlertKind.ISSUE_NEW, AlertKind.ISSUE_REGRESSED)
_HOW = {
    IssueState.REGRESSED: "It had been resolved, and is back.",
    IssueState.ESCALATING: "It is growing.",
}


def tell_of_issue(
    source: Source, issue_id: int, code: str, field: str, affected: int, state: str
) -> None:
    """`affected`: records that have the problem."""
    how = _HOW.get(IssueState(state), "")
    hint = PROBLEMS[code].hint if code in PROBLEMS else ""
    records = "One record has" if affected == 1 else f"{affected} records have"
    open_alert(
        AlertKind.ISSUE_REGRESSED if how else AlertKind.ISSUE_NEW,
        _about(source, issue_id),
        Words(
            f"{source.name}: {_name(code, field)}",
            " ".join(part for part in (f"{records} the problem.", how, hint) if part),
            f"/issues/{issue_id}",
        ),
    )


def close_issue_alerts(source: Source, issue_id: int, ending: str) -> None:
    close_alert(_KINDS, _about(source, issue_id), ending)


def _about(source: Source, issue_id: int) -> About:
    return About(source.agency_id, source.id, f"issue-{issue_id}")


def _name(code: str, field: str) -> str:
    label = field_label(field)
    words = code.replace("_", " ")
    return f"{words} ({label})" if label else words

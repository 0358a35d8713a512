"""How problems, issues and retries read on pages."""

from flask_babel import lazy_gettext as _l

from webapp.models import IssueState, RetryState, Severity

SEVERITIES = {
    Severity.ERROR: ("error", _l("Error")),
    Severity.WARNING: ("warning", _l("Warning")),
    Severity.INFO: ("off", _l("Note")),
}
ISSUE_STATES = {
    IssueState.OPEN: ("warning", _l("Open")),
    IssueState.ESCALATING: ("error", _l("Growing")),
    IssueState.REGRESSED: ("error", _l("Is back")),
    IssueState.IGNORED: ("off", _l("Ignored")),
    IssueState.RESOLVED: ("ok", _l("Resolved")),
}
RETRY_STATES = {
    RetryState.OPEN: ("running", _l("Going on")),
    RetryState.FINISHED: ("ok", _l("Finished")),
    RetryState.CANCELLED: ("off", _l("Cancelled")),
}

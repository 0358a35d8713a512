"""The list of issues and the page of one."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import issue_or_404, signed_in, visible_agencies
from webapp.htmx import fragment, wants_fragment
from webapp.models import IssueState, Severity
from webapp.queries import issues as queries
from webapp.queries.faults import faults_of_issue
from webapp.queries.offer import raw_record
from webapp.queries.sources import source_options
from webapp.views.arguments import choice_argument, id_argument, page_argument
from webapp.views.forms.issues import CommentForm, IgnoreForm
from webapp.views.issues.blueprint import bp

STATES = (queries.ACTIVE, *IssueState)
EVERY_STATE = "all"


@bp.get("/issues")
def index() -> ResponseReturnValue:
    codes = queries.codes_present()
    state = choice_argument("state", (*STATES, EVERY_STATE)) or queries.ACTIVE
    filters = queries.IssueFilters(
        source_id=id_argument("source"),
        agency_id=id_argument("agency"),
        severity=choice_argument("severity", list(Severity)),
        code=choice_argument("code", codes),
        state="" if state == EVERY_STATE else state,
        assignee=choice_argument("assignee", (queries.MINE, queries.NOBODY)),
        sort=choice_argument("sort", queries.SORTS) or queries.DEFAULT_SORT,
    )
    page = queries.issues_page(filters, signed_in(), page_argument())
    context = {
        "page": page,
        "filters": filters,
        "state": state,
        "counts": queries.state_counts(filters, signed_in()),
        "trends": queries.trends([issue.id for issue in page.rows]),
    }
    if wants_fragment():
        return fragment(render_template("issues/_list.html", **context))
    return render_template(
        "issues/index.html",
        sources=source_options(),
        agencies=visible_agencies(),
        codes=codes,
        **context,
    )


@bp.get("/issues/<int:id>")
def show(id: int) -> ResponseReturnValue:
    return issue_page(id)


def issue_page(
    id: int, *, ignore: IgnoreForm | None = None, comment: CommentForm | None = None
) -> str:
    """With a form that came back, where one did."""
    issue = issue_or_404(id)
    sample = queries.sample(issue, request.args.get("sample", 1, type=int))
    job_id = sample.problem.job_id if sample else None
    return render_template(
        "issues/show.html",
        issue=issue,
        sample=sample,
        record=raw_record(job_id) if job_id is not None else None,
        affected=queries.affected_records(issue),
        trend=queries.trends([issue.id])[issue.id],
        faults=faults_of_issue(issue),
        comments=queries.comments(issue),
        people=queries.possible_assignees(issue),
        ignore_form=ignore or IgnoreForm(),
        comment_form=comment or CommentForm(),
    )

"""The list of runs, and one run while it goes on and afterwards."""

from datetime import timedelta

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import run_or_404, visible_agencies
from webapp.config import Config
from webapp.htmx import STOP_POLLING, fragment, go_to, wants_fragment
from webapp.models import OPEN_STATES, JobState, RevisionKind, Run, RunState, utc_now
from webapp.queries import runs as queries
from webapp.queries.faults import faults_of_run
from webapp.queries.problems import problems_without_job
from webapp.queries.retries import of_run, retryable_count
from webapp.queries.sources import source_options
from webapp.services import drifts
from webapp.services import runs as service
from webapp.views import run_progress
from webapp.views.arguments import choice_argument, id_argument, page_argument
from webapp.views.labels.runs import run_seconds
from webapp.views.run_files import file_of_mark, run_files
from webapp.views.runs.blueprint import bp

STATES = ["open", *(state for state in RunState if state not in OPEN_STATES)]
# What the tabs of a run's page list, and the state of a job or the kind of a change behind it.
JOB_TABS = {
    "unsuccessful": None,
    "rejected": JobState.REJECTED,
    "failed": JobState.FAILED,
    "quarantined": JobState.QUARANTINED,
}
CHANGE_TABS = {
    "created": RevisionKind.CREATED,
    "updated": RevisionKind.UPDATED,
    "returned": RevisionKind.RETURNED,
    "withdrawn": RevisionKind.WITHDRAWN,
}


@bp.get("/runs")
def index() -> ResponseReturnValue:
    filters = queries.RunFilters(
        source_id=id_argument("source"),
        agency_id=id_argument("agency"),
        state=choice_argument("state", STATES),
    )
    page = queries.runs_page(filters, id_argument("before"), id_argument("after"))
    if wants_fragment():
        return fragment(render_template("runs/_list.html", page=page, filters=filters))
    return render_template(
        "runs/index.html",
        page=page,
        filters=filters,
        states=STATES,
        sources=source_options(),
        agencies=visible_agencies(),
    )


@bp.get("/runs/<int:id>")
def show(id: int) -> ResponseReturnValue:
    return render_template("runs/show.html", **_page(run_or_404(id)))


@bp.get("/runs/<int:id>/progress")
def progress(id: int) -> ResponseReturnValue:
    """The live region, asked for every second until the run has come to rest."""
    run = run_or_404(id)
    if not wants_fragment():
        return go_to(url_for("runs.show", id=id))
    if run_progress.is_moving(run):
        return fragment(render_template("runs/_live.html", run=run, **_live(run)))
    html = render_template("runs/_rest.html", **_page(run))
    return fragment(html, status=STOP_POLLING, announce=run_progress.announcement(run))


def _live(run: Run) -> dict[str, object]:
    return {
        "progress": run_progress.progress(run),
        "steps": run_progress.steps(run),
        "seconds": run_seconds(run),
        "is_moving": run_progress.is_moving(run),
    }


def _page(run: Run) -> dict[str, object]:
    """Everything the page of a run shows; its lists only once it rests or has something."""
    show = choice_argument("show", [*JOB_TABS, *CHANGE_TABS, "held", "unidentified"])
    show = show or _first_tab(run)
    number = page_argument()
    found: dict[str, object] = {}
    if show in JOB_TABS:
        found["jobs"] = queries.unsuccessful_jobs(run, JOB_TABS[show], number)
    elif show in CHANGE_TABS:
        found["offers"] = queries.changed_offers(run, CHANGE_TABS[show], number)
    elif show == "held":
        found["offers"] = queries.held_offers(run, number)
    else:
        found["problems"] = problems_without_job(run, number)
    return {
        "run": run,
        "show": show,
        "files": run_files(run),
        "held_file": file_of_mark(run.file_mark),
        "may_be_read": drifts.may_be_read(run),
        "may_skip_file": service.may_skip_file(run, run.source),
        "retryable": retryable_count(of_run(run, utc_now())).value,
        "people": queries.people_of(run),
        "faults": faults_of_run(run),
        "forgotten_after": _days_until_forgotten(run, show),
        **_live(run),
        **found,
    }


def _days_until_forgotten(run: Run, show: str) -> int | None:
    """After how many days what the tab lists is forgotten, where that time is over."""
    config: Config = current_app.config["OFFERDOCK"]
    days = config.revision_days if show in CHANGE_TABS else config.settled_job_days
    is_over = run.state in (RunState.FINISHED, RunState.FAILED, RunState.CANCELLED)
    if show not in (*JOB_TABS, *CHANGE_TABS) or not is_over or run.finished_at is None:
        return None
    return days if run.finished_at < utc_now() - timedelta(days=days) else None


def _first_tab(run: Run) -> str:
    """What someone who opens the run most likely came for."""
    if run.state == RunState.HELD:
        return "held"
    if run.rejected + run.failed + run.quarantined - run.unidentified > 0:
        return "unsuccessful"
    if run.unidentified:
        return "unidentified"
    return "withdrawn" if run.withdrawn else "updated" if run.updated else "created"

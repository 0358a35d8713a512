"""Admins' list of the jobs that RQ keeps as failed: read why, send again, drop."""

from collections.abc import Callable, Iterable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from redis.exceptions import RedisError

from webapp import queues
from webapp.access import admins_only, signed_in
from webapp.extensions import db
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.models import User
from webapp.queries.failed_jobs import failed_jobs
from webapp.queries.paging import LIST_SIZE, Listing
from webapp.services import failed_jobs as service
from webapp.views.arguments import choice_argument, page_argument, text_argument

bp = Blueprint("failed_jobs", __name__)

MOST_AT_ONCE = 500


@bp.get("/operations/failed")
@admins_only
def index() -> ResponseReturnValue:
    queue = choice_argument("queue", queues.QUEUE_NAMES)
    name, search = choice_argument("name", queues.JOB_NAMES), text_argument("search")
    found, number = failed_jobs(queue, name, search), page_argument()
    first = (number - 1) * LIST_SIZE
    context = {
        "page": None
        if found is None
        else Listing(found[first : first + LIST_SIZE], number, len(found) > first + LIST_SIZE),
        "total": len(found or ()),
        "filters": {"queue": queue, "name": name, "search": search},
    }
    if wants_fragment():
        return fragment(render_template("failed_jobs/_list.html", **context))
    names = sorted(queues.JOB_NAMES)
    return render_template("failed_jobs/index.html", names=names, **context)


@bp.post("/operations/failed/requeue")
@admins_only
def requeue() -> ResponseReturnValue:
    def said(count: int) -> str:
        return str(
            ngettext(
                "%(num)d job is back in its queue.", "%(num)d jobs are back in their queues.", count
            )
        )

    return _act(service.requeue_failed, said)


@bp.post("/operations/failed/delete")
@admins_only
def delete() -> ResponseReturnValue:
    def said(count: int) -> str:
        return str(ngettext("%(num)d job is dropped.", "%(num)d jobs are dropped.", count))

    return _act(service.delete_failed, said)


def _act(
    act: Callable[[Iterable[str], User], int], said: Callable[[int], str]
) -> ResponseReturnValue:
    ids = request.form.getlist("job")[:MOST_AT_ONCE]
    if "all" in request.form:
        sent = {name: request.form.get(name, "") for name in ("queue", "name", "search")}
        ids = [job.id for job in failed_jobs(**sent) or ()]
    try:
        count = act(ids, signed_in())
    except RedisError:
        flash(_("The queue (Valkey) can’t be reached. Nothing was changed; try again."), "error")
        return go_to(url_for("failed_jobs.index"))
    db.session.commit()
    if count:
        flash(said(count), "success")
    elif ids:
        flash(_("None of them is among the failed jobs any more."), "info")
    else:
        flash(_("Select the jobs first."), "error")
    return go_to(url_for("failed_jobs.index"))

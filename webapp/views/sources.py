"""The pages of sources: list, one source, its form, and what a person may do with it."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, source_or_404, visible_agencies
from webapp.extensions import db
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.masking import masked_url
from webapp.models import Source, SourceStatus, Trigger, utc_now
from webapp.presets import load_preset, preset_names
from webapp.queries import sources as queries
from webapp.queries.issues import active_issues
from webapp.queries.problems import record_problems
from webapp.queries.runs import recent_runs
from webapp.schedules import in_words, moment_in_words, next_times
from webapp.services import runs as run_service
from webapp.services import sources as service
from webapp.services.credentials import CredentialsUnreadable, credentials_of
from webapp.services.runs import RunAlreadyOpen
from webapp.services.semantics import decide_semantics
from webapp.views.arguments import choice_argument, id_argument, page_argument, text_argument
from webapp.views.feed_facts import feed_facts
from webapp.views.forms.fetching import fetching_of, host_key_fingerprint
from webapp.views.forms.schedules import TIMES_SHOWN, ScheduleForm, preview, sent_schedule
from webapp.views.forms.sources import SourceForm, form_values
from webapp.views.offer_lists import offer_list
from webapp.views.setup.blueprint import source_in_force
from webapp.views.source_attention import tasks_of

bp = Blueprint("sources", __name__)

RUNS_IN_STRIP = 30
RUNS_IN_TABLE = 10


@bp.get("/sources")
def index() -> ResponseReturnValue:
    filters = queries.SourceFilters(
        search=text_argument("search"),
        agency_id=id_argument("agency"),
        status=choice_argument("status", list(SourceStatus)),
        sort=text_argument("sort") or "harm",
    )
    page = queries.sources_page(filters, page_argument())
    if wants_fragment():
        return fragment(render_template("sources/_list.html", page=page, filters=filters))
    agencies = visible_agencies()
    return render_template("sources/index.html", page=page, filters=filters, agencies=agencies)


@bp.get("/sources/<int:id>")
def show(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    fetching, runs = fetching_of(source), recent_runs(source, RUNS_IN_STRIP)
    issues = active_issues(source)
    return render_template(
        "sources/show.html",
        source=source,
        location=masked_url(source.location),
        counts=queries.offer_counts([source.id])[source.id],
        issues=issues,
        tasks=tasks_of(source, runs, issues),
        runs=runs,
        runs_in_table=RUNS_IN_TABLE,
        schedule=in_words(service.schedule_of(source)),
        times=_next_times(source),
        credentials=_credentials_in_words(source),
        host_key=host_key_fingerprint(fetching.host_key),
        offered_key=fetching.offered_key,
        offered_fingerprint=host_key_fingerprint(fetching.offered_key),
        feed=feed_facts(source, runs),
        format=_format_title(source),
    )


@bp.get("/sources/<int:id>/offers")
def offers(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    context = {"source": source, **offer_list(source.id)}
    if wants_fragment():
        return fragment(render_template("offers/_list.html", **context))
    return render_template("sources/offers.html", **context)


@bp.get("/sources/<int:id>/problems")
def problems(id: int) -> ResponseReturnValue:
    """What is wrong with the latest records, as an issue or a number counts it."""
    source = source_in_force(id)
    code, field = text_argument("code"), request.args.get("field")
    severity = choice_argument("severity", ["error", "warning", "info"])
    listing = record_problems(source, code, field, severity, page_argument())
    return render_template(
        "sources/problems.html",
        source=source,
        issues=active_issues(source),
        listing=listing,
        code=code,
        field=field,
        severity=severity,
    )


@bp.route("/sources/<int:id>/edit", methods=["GET", "POST"])
@editors_only
def edit(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    form = SourceForm(data=form_values(source))
    form.source = source
    form.offer_timezones()
    if (schedule := sent_schedule(form)) is not None:
        decide_semantics(source, form.semantics.data, signed_in())
        service.update_source(source, form.settings(source, schedule), signed_in())
        db.session.commit()
        flash(_("%(name)s is changed.", name=source.name), "success")
        return go_to(url_for("sources.show", id=source.id))
    # What is wrong with the schedule already stands at its field.
    times = {} if form.errors else preview(form)
    page = render_template("sources/form.html", form=form, source=source, preview=times)
    return page, 422 if form.errors else 200


@bp.get("/sources/schedule")
@editors_only
def schedule() -> ResponseReturnValue:
    """The next times of a schedule while it is being typed."""
    form = ScheduleForm(request.args)
    form.offer_timezones()
    return fragment(render_template("sources/_next_times.html", preview=preview(form)))


@bp.post("/sources/<int:id>/run")
@editors_only
def run(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    try:
        started = run_service.start_run(source, trigger=Trigger.MANUAL, user=signed_in())
    except RunAlreadyOpen as already:
        flash(_("This source is being read already: here is that run."), "info")
        return go_to(url_for("runs.show", id=already.run.id))
    db.session.commit()
    return go_to(url_for("runs.show", id=started.id))


@bp.post("/sources/<int:id>/pause")
@editors_only
def pause(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    service.pause_source(source, signed_in())
    db.session.commit()
    flash(_("%(name)s is paused. Its offers stay as they are.", name=source.name), "success")
    return go_to(url_for("sources.show", id=id))


@bp.post("/sources/<int:id>/resume")
@editors_only
def resume(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    service.resume_source(source, signed_in())
    db.session.commit()
    flash(_("%(name)s goes on.", name=source.name), "success")
    return go_to(url_for("sources.show", id=id))


@bp.post("/sources/<int:id>/accept-key")
@editors_only
def accept_key(id: int) -> ResponseReturnValue:
    """Trust the very key that the page has shown."""
    source = source_or_404(id)
    if service.accept_offered_key(source, request.form.get("key", ""), signed_in()):
        db.session.commit()
        flash(_("It is accepted. “Run now” reads the feed with it."), "success")
    else:
        flash(_("The server shows something else by now: compare again first."), "error")
    return go_to(url_for("sources.show", id=id))


@bp.route("/sources/<int:id>/delete", methods=["GET", "POST"])
@editors_only
def delete(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    if request.method == "GET":
        return render_template(
            "sources/delete.html", source=source, counts=queries.deletion_counts(source)
        )
    name = source.name
    try:
        service.delete_source(source, signed_in())
    except RunAlreadyOpen as already:
        flash(_("This source is being read. Cancel this run first, then delete it."), "error")
        return go_to(url_for("runs.show", id=already.run.id))
    db.session.commit()
    flash(_("%(name)s and everything of it is deleted.", name=name), "success")
    return go_to(url_for("sources.index"))


def _next_times(source: Source) -> list[str]:
    """In words; the first one is when the tick will really start it."""
    if source.next_run_at is None:
        return []
    schedule = service.schedule_of(source)
    later = next_times(schedule, max(source.next_run_at, utc_now()), TIMES_SHOWN - 1)
    return [moment_in_words(at, source.timezone) for at in (source.next_run_at, *later)]


def _credentials_in_words(source: Source) -> tuple[str, str] | None:
    """The kind and the name, never the secret; None when the server asks for nothing."""
    try:
        stored = credentials_of(source)
    except CredentialsUnreadable as error:
        return "", str(error)
    return (stored.kind, stored.name) if stored else None


def _format_title(source: Source) -> str:
    if source.preset not in preset_names():
        return str(_("Own mapping"))
    return load_preset(source.preset).title or source.preset

"""The overview: what needs a person, what goes on, how the sources are, who works."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import signed_in, visible_agencies
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.queries import overview as queries
from webapp.queries.operations import paused_queues
from webapp.queries.runs import open_runs
from webapp.queries.sources import (
    BROKEN,
    FAILED,
    PAUSED,
    REFUSED,
    SourceFilters,
    SourceRow,
    source_tally,
    sources_page,
    troubled_sources,
)
from webapp.queries.workers import BackgroundWork, background_work
from webapp.views.delivery_words import cause_name
from webapp.views.labels.operations import QUEUES
from webapp.views.run_progress import progress

bp = Blueprint("overview", __name__)

SOURCES_SHOWN = 10
CONCERNS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs a person: the kind of its mark, what it is and where to see to it."""

    kind: str
    title: str
    text: str
    href: str


@bp.get("/")
def index() -> ResponseReturnValue:
    work = background_work()
    sources = sources_page(SourceFilters(), size=SOURCES_SHOWN)
    return render_template(
        "overview/index.html",
        work=work,
        concerns=_concerns(work),
        most_concerns=CONCERNS_SHOWN,
        runs=open_runs(),
        progress=progress,
        sources=sources,
        tally=source_tally(),
        changed=queries.changed_by_hour(),
        agencies=visible_agencies(),
    )


@bp.get("/running")
def running() -> ResponseReturnValue:
    """The runs that go on, asked for again and again."""
    if not wants_fragment():
        return go_to(url_for("overview.index"))
    return fragment(render_template("overview/_running.html", runs=open_runs(), progress=progress))


def _concerns(work: BackgroundWork) -> list[Concern]:
    """Sorted by harm: nothing works at all, removals wait, sources fail, offers are refused,
    deliveries are of no use, words are unknown."""
    held = map(_held_concern, queries.held_runs(CONCERNS_SHOWN))
    troubled = troubled_sources(CONCERNS_SHOWN + 1)
    sources = filter(None, map(_source_concern, troubled))
    doors = map(_door_concern, queries.troubled_doors(CONCERNS_SHOWN))
    return [*_silences(work), *_pauses(), *held, *sources, *doors, *_unknown_words()]


def _held_concern(run: queries.HeldRun) -> Concern:
    here = url_for("runs.show", id=run.id)
    if run.has_drifted:
        title = _("%(source)s: a file of another kind waits for you", source=run.source)
        return Concern("warning", title, _("Nothing of it was used. Look at what differs."), here)
    text = ngettext(
        "%(num)d offer would be withdrawn. Approve or discard the list.",
        "%(num)d offers would be withdrawn. Approve or discard the list.",
        run.held,
    )
    title = _("%(source)s: removals wait for you", source=run.source)
    return Concern("warning", title, text, here)


def _door_concern(door: queries.TroubledDoor) -> Concern:
    if door.is_closed:
        title = _("%(source)s: little but refused deliveries", source=door.source)
        text = _(
            "Those that are signed rightly still come in. Most of the others: %(cause)s.",
            cause=cause_name(door.cause),
        )
        here = url_for("deliveries.index", id=door.source_id, state="refused")
        return Concern("warning", title, text, here)
    text = ngettext(
        "%(num)d delivery of the last day holds no records as the settings expect them.",
        "%(num)d deliveries of the last day hold no records as the settings expect them.",
        door.unreadable,
    )
    title = _("%(source)s: deliveries that can’t be read", source=door.source)
    here = url_for("deliveries.index", id=door.source_id, state="unreadable")
    return Concern("warning", title, text, here)


def _unknown_words() -> list[Concern]:
    return [
        Concern(
            "warning",
            _("%(source)s: new words", source=found.source),
            _("At least %(num)s new words have no meaning yet.", num=found.words)
            if found.is_more
            else ngettext(
                "%(num)d new word has no meaning yet.",
                "%(num)d new words have no meaning yet.",
                found.words,
            ),
            url_for("values.show", id=found.source_id, filter="unknown"),
        )
        for found in queries.unknown_words(CONCERNS_SHOWN)
    ]


def _silences(work: BackgroundWork) -> list[Concern]:
    background = f"{url_for('overview.index')}#background"
    if not work.is_reachable:
        text = _("Nothing is lost: imports go on by themselves once it is back.")
        return [Concern("error", _("The queue (Valkey) can’t be reached"), text, background)]
    concerns = []
    if work.is_tick_silent:
        text = _("No feed is read by its schedule. Start the tick process.")
        concerns.append(Concern("error", _("The tick is silent"), text, background))
    if silent := work.silent_queues:
        text = _(
            "Nobody works on: %(queues)s. Start the workers.",
            queues=", ".join(str(QUEUES.get(name, name)) for name in silent),
        )
        concerns.append(Concern("error", _("Workers are missing"), text, background))
    return concerns


def _pauses() -> list[Concern]:
    here = "operations.index" if signed_in().is_admin else "overview.index"
    return [
        Concern(
            "paused",
            _("“%(queue)s” is paused", queue=QUEUES.get(name, name)),
            _("An admin has paused this work for all agencies; it waits, and nothing is lost."),
            url_for(here),
        )
        for name in paused_queues()
    ]


def _source_concern(source: SourceRow) -> Concern | None:
    here = url_for("sources.show", id=source.id)
    last = source.last_run
    if source.harm == BROKEN:
        title = _("%(source)s is broken", source=source.name)
        return Concern("error", title, source.status_reason or _("It is not read any more."), here)
    if source.harm == FAILED and last is not None:
        title = _("%(source)s: the last run failed", source=source.name)
        return Concern("error", title, last.error_message or "", url_for("runs.show", id=last.id))
    if source.harm == REFUSED and last is not None:
        title = _("%(source)s: offers were refused", source=source.name)
        count = last.rejected + last.failed + last.quarantined
        text = ngettext("%(num)d record was refused.", "%(num)d records were refused.", count)
        return Concern("warning", title, text, url_for("runs.show", id=last.id))
    if source.harm == PAUSED:
        title = _("%(source)s is paused", source=source.name)
        return Concern("paused", title, _("It is not read until someone resumes it."), here)
    return None

"""Two runs of one source beside each other: what is new, changed, gone."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404
from webapp.config import Config
from webapp.models import Run, Source, utc_now
from webapp.queries import compare as queries
from webapp.queries.compare import Difference
from webapp.queries.paging import Listing
from webapp.views.arguments import choice_argument, id_argument, page_argument

bp = Blueprint("compare", __name__)


@bp.get("/sources/<int:id>/compare")
def show(id: int) -> ResponseReturnValue:
    """`b` is a run, by default the latest; `a` one before it, by default the next one."""
    source = source_or_404(id)
    choices = queries.comparable_runs(source)
    earlier, later = _chosen(source, choices)
    context = {"source": source, "choices": _with(choices, earlier, later)}
    if earlier is None or later is None:
        return render_template("compare/show.html", **context)
    runs = queries.runs_between(source, earlier, later)
    counts = queries.difference_counts(runs)
    show = choice_argument("show", list(Difference)) or _first(counts.of)
    offers: Listing[queries.ComparedOffer] | None = None
    if show:
        offers = queries.different_offers(runs, Difference(show), page_argument())
    return render_template(
        "compare/show.html",
        earlier=earlier,
        later=later,
        runs=runs,
        counts=counts,
        cap=queries.CAP,
        partly_kept_after=_days_if_partly_kept(earlier),
        show=show,
        offers=offers,
        **context,
    )


def _chosen(source: Source, choices: list[Run]) -> tuple[Run | None, Run | None]:
    """In the order of time, whichever way round they were asked for."""
    first, second = (_asked_for(source, name) for name in ("a", "b"))
    later = second or (choices[0] if choices else None)
    if later is None:
        return None, None
    earlier = first or queries.run_before(source, later)
    if earlier is not None and earlier.id > later.id:
        earlier, later = later, earlier
    return earlier, later


def _asked_for(source: Source, name: str) -> Run | None:
    number = id_argument(name)
    return queries.run_of(source, number) if number is not None else None


def _days_if_partly_kept(earlier: Run) -> int | None:
    """After how many days changes or runs are forgotten, where some since the run may be."""
    config: Config = current_app.config["OFFERDOCK"]
    days = min(config.revision_days, config.run_days)
    return days if earlier.created_at < utc_now() - timedelta(days=days) else None


def _with(choices: list[Run], *chosen: Run | None) -> list[Run]:
    """The chosen ones are always among the choices, however old they are."""
    known = {run.id: run for run in [*choices, *(run for run in chosen if run is not None)]}
    return sorted(known.values(), key=lambda run: run.id, reverse=True)


def _first(counts: Mapping[str, int]) -> str:
    """What people most likely came for, of what there is."""
    return next((str(one) for one in Difference if counts.get(one)), "")

"""The steps of a source that is being set up, each a page that one can leave and come back to."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404

bp = Blueprint("setup", __name__)


@bp.get("/sources/<int:id>/setup/where")
def where(id: int) -> ResponseReturnValue:
    return render_template("setup/where.html", source=source_or_404(id))


@bp.get("/sources/<int:id>/setup/what")
def what(id: int) -> ResponseReturnValue:
    return render_template("setup/what.html", source=source_or_404(id))


@bp.get("/sources/<int:id>/setup/how")
def how(id: int) -> ResponseReturnValue:
    return render_template("setup/how.html", source=source_or_404(id))


@bp.get("/sources/<int:id>/setup/dry-run")
def dry_run(id: int) -> ResponseReturnValue:
    return render_template("setup/dry_run.html", source=source_or_404(id))

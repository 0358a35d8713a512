"""Who did what to a source, newest first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404

bp = Blueprint("activity", __name__)


@bp.get("/sources/<int:id>/activity")
def show(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    return render_template("activity/show.html", source=source)

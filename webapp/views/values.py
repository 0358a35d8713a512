"""The values page: what a vendor's words for types, deals, places … mean."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404

bp = Blueprint("values", __name__)


@bp.get("/sources/<int:id>/values")
def show(id: int) -> ResponseReturnValue:
    return render_template("values/show.html", source=source_or_404(id))

"""The mapping studio: which part of a vendor's record fills which field of the offer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404

bp = Blueprint("mapping", __name__)


@bp.get("/sources/<int:id>/mapping")
def show(id: int) -> ResponseReturnValue:
    return render_template("mapping/show.html", source=source_or_404(id))

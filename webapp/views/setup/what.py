"""What the address of a new source leads to."""

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.access import editors_only
from webapp.views.setup.blueprint import bp, source_in_setup


@bp.get("/sources/<int:id>/setup/what")
@editors_only
def what(id: int) -> ResponseReturnValue:
    return render_template("setup/what.html", source=source_in_setup(id))

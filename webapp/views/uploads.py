"""Sending a feed file through the browser, as one run of a source."""

from contextlib import closing

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.utils import secure_filename

from webapp.access import editors_only, signed_in
from webapp.config import Config
from webapp.extensions import db
from webapp.services.runs import RunAlreadyOpen
from webapp.services.uploads import start_upload
from webapp.views.forms.uploads import UploadForm
from webapp.views.setup.blueprint import source_in_force
from webapp.views.upload_spool import SpoolingRequest

bp = Blueprint("uploads", __name__)

# Forms that may bring a file.
ENDPOINTS = ("uploads.new", "setup.new", "setup.where", "configurations.import_file")
# What a form adds to the file itself.
FORM_BYTES = 64 * 1024
_PIECE_BYTES = 1024**2


@bp.route("/sources/<int:id>/upload", methods=["GET", "POST"])
@editors_only
def new(id: int) -> ResponseReturnValue:
    source = source_in_force(id)
    form = UploadForm()
    if form.validate_on_submit():
        sent = form.file.data
        name = secure_filename(sent.filename or "") or "upload"
        try:
            with closing(sent.stream) as content:
                run = start_upload(source, signed_in(), name[-200:], content)
        except RunAlreadyOpen as already:
            flash(_("This source is being read just now. Send the file again after it."), "error")
            return redirect(url_for("runs.show", id=already.run.id), 303)
        db.session.commit()
        return redirect(url_for("runs.show", id=run.id), 303)
    page = render_template("sources/upload.html", form=form, source=source, most=_most())
    return page, 422 if form.errors else 200


def allow_large_body() -> None:
    """Before anything looks into the form: people who may send files may send large ones."""
    if request.endpoint not in ENDPOINTS or request.method != "POST":
        return
    if not (current_user.is_authenticated and current_user.can_edit):
        return
    request.max_content_length = _most() + FORM_BYTES
    if (request.content_length or 0) > request.max_content_length:
        _read_to_the_end()


def words_for_too_large() -> str:
    """What the answer 413 says about an upload."""
    return str(
        _(
            "A file may have up to %(most)s MB. Send it packed as ZIP or gzip, or let it be "
            "fetched from an address.",
            most=round(_most() / 1024**2),
        )
    )


def register(app: Flask) -> None:
    app.request_class = SpoolingRequest
    app.before_request_funcs.setdefault(None, []).insert(0, allow_large_body)
    app.register_blueprint(bp)


def _most() -> int:
    config: Config = current_app.config["OFFERDOCK"]
    return config.max_upload_bytes


def _read_to_the_end() -> None:
    """A browser shows the refusal only when it could send all; to an end, as for any upload."""
    left = 4 * _most()
    stream = request.environ["wsgi.input"]
    while left > 0 and (piece := stream.read(min(_PIECE_BYTES, left))):
        left -= len(piece)

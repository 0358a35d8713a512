"""The fields whose changes are ignored: those in force, those that are proposed, and adding one."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Source
from webapp.offers.fields_reading import fields_reading
from webapp.queries.samples import sample_of
from webapp.services import ignore_paths as service
from webapp.services.drafts import document_of
from webapp.services.ignore_paths import BadIgnorePath
from webapp.views.offer_words import part_of_offer

bp = Blueprint("ignored", __name__)


@bp.get("/sources/<int:id>/ignored")
def show(id: int) -> ResponseReturnValue:
    return _page(source_or_404(id))


@bp.post("/sources/<int:id>/ignored")
@editors_only
def add(id: int) -> ResponseReturnValue:
    source, path = source_or_404(id), _sent_path()
    try:
        is_new = service.add_ignore_path(source, path, signed_in())
    except BadIgnorePath as error:
        return _page(source, typed=path, error=str(_(str(error)))), 422
    db.session.commit()
    if is_new:
        words = _("Changes of “%(path)s” alone are ignored from the next run on.", path=path)
        flash(words, "success")
    else:
        flash(_("“%(path)s” is ignored already.", path=path), "info")
    return go_to(url_for("ignored.show", id=id))


@bp.post("/sources/<int:id>/ignored/remove")
@editors_only
def remove(id: int) -> ResponseReturnValue:
    source, path = source_or_404(id), _sent_path()
    if service.remove_ignore_path(source, path, signed_in()):
        db.session.commit()
        flash(_("Changes of “%(path)s” count again.", path=path), "success")
    return go_to(url_for("ignored.show", id=id))


@bp.post("/sources/<int:id>/ignored/refuse")
@editors_only
def refuse(id: int) -> ResponseReturnValue:
    source, path = source_or_404(id), _sent_path()
    service.refuse_ignore_path(source, path)
    db.session.commit()
    flash(_("“%(path)s” is not proposed any more.", path=path), "success")
    return go_to(url_for("ignored.show", id=id))


def _sent_path() -> str:
    return request.form.get("path", "").replace("\0", "").strip()


def _page(source: Source, *, typed: str = "", error: str = "") -> str:
    sample, document = sample_of(source), document_of(source)
    profile = {at["path"]: at for at in (sample.profile if sample else ())}
    ignored = set(source.ignore_paths)
    used_for = {
        path: [part_of_offer(name) for name in fields_reading(document, path)] if document else []
        for path in source.ignore_paths
    }
    proposed = [at for at in source.volatile_paths if at["path"] not in ignored]
    return render_template(
        "ignored/show.html",
        source=source,
        profile=profile,
        choices=[path for path in profile if path not in ignored],
        proposed=[at for at in proposed if not at["refused"]],
        refused=[at for at in proposed if at["refused"]],
        used_for=used_for,
        most=service.MOST_PATHS,
        typed=typed,
        error=error,
    )

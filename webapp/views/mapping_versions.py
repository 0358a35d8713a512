"""The versions of a source's mapping: the list, what tells two of them apart, and going back."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Mapping, Source
from webapp.offers.mapping_changes import mapping_changes
from webapp.offers.mapping_document import MappingDocument
from webapp.queries.mappings import version_of, versions_page
from webapp.services.audit import note
from webapp.services.drafts import begin_draft, draft_of
from webapp.views.arguments import id_argument, page_argument

bp = Blueprint("mapping_versions", __name__)


@bp.get("/sources/<int:id>/mapping/versions")
def index(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    return render_template(
        "mapping/versions.html",
        source=source,
        versions=versions_page(source, page_argument()),
        has_draft=draft_of(source) is not None,
    )


@bp.get("/sources/<int:id>/mapping/versions/<int:number>")
def show(id: int, number: int) -> ResponseReturnValue:
    """Against the version that `against` names, by default the one before."""
    source = source_or_404(id)
    later = _version_or_404(source, number)
    earlier = version_of(source, id_argument("against") or number - 1)
    changes = mapping_changes(_document(earlier), _document(later)) if earlier else []
    return render_template(
        "mapping/version.html",
        source=source,
        version=later,
        earlier=earlier,
        changes=changes,
        has_draft=draft_of(source) is not None,
    )


@bp.post("/sources/<int:id>/mapping/versions/<int:number>/restore")
@editors_only
def restore(id: int, number: int) -> ResponseReturnValue:
    """As a draft: it is looked at and saved like any other change."""
    source = source_or_404(id)
    version = _version_or_404(source, number)
    change = _("version %(number)s as it was", number=number)
    begin_draft(source, _document(version), signed_in(), str(change))
    note("mapping_restored", source, signed_in(), version=number)
    db.session.commit()
    words = _(
        "Version %(number)s is the draft now: nothing changes until you save it.", number=number
    )
    flash(words, "success")
    return go_to(url_for("mapping.show", id=id))


def _version_or_404(source: Source, number: int) -> Mapping:
    version = version_of(source, number)
    if version is None:
        abort(404)
    return version


def _document(mapping: Mapping) -> MappingDocument:
    return MappingDocument.model_validate(mapping.document)

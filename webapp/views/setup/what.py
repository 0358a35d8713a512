"""What the address of a new source leads to: what came back, what it is taken for, and how to go
on from there."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Source, Trial, TrialKind, TrialState
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.proposal import NAME as PROPOSED
from webapp.queries.presets import own_presets
from webapp.queries.samples import sample_of
from webapp.services import source_setup as service
from webapp.services.drafts import draft_of
from webapp.services.source_setup import NotReady
from webapp.services.trials import latest_trial
from webapp.views.arguments import id_argument
from webapp.views.forms.reading import ReadingForm, reading_values
from webapp.views.look_words import confidence_words, id_words
from webapp.views.record_tree import record_tree
from webapp.views.setup.blueprint import bp, source_in_setup
from webapp.views.trial_progress import trial_progress

Page = dict[str, Any]


@bp.route("/sources/<int:id>/setup/what", methods=["GET", "POST"])
@editors_only
def what(id: int) -> ResponseReturnValue:
    """A POST looks again, with the reading that was chosen."""
    source = source_in_setup(id)
    look = latest_trial(source, TrialKind.LOOK)
    if look is None:
        return redirect(url_for("setup.where", id=id), 303)
    found = _found(look)
    if found is None:
        return render_template(
            "setup/what.html", source=source, look=look, progress=trial_progress(look)
        )
    own = own_presets(source.agency)
    form = ReadingForm(data=reading_values(found))
    fitting = [str(preset["name"]) for preset in (look.result or {}).get("presets", [])]
    form.offer_presets(own, _name_of(found), fitting)
    if form.validate_on_submit():
        makes_sense, document = form.document(found, own)
        if makes_sense:
            service.look_at(source, signed_in(), document=document)
            db.session.commit()
            return go_to(url_for("setup.what", id=id))
    page = render_template("setup/what.html", form=form, **_page(source, look, found))
    return page, 422 if form.errors else 200


@bp.post("/sources/<int:id>/setup/look")
@editors_only
def look_again(id: int) -> ResponseReturnValue:
    """At the same address in the same way; what somebody chose may be given up with auto=1."""
    source = source_in_setup(id)
    before = latest_trial(source, TrialKind.LOOK)
    document = None
    if before is not None and before.document is not None and "auto" not in request.form:
        document = MappingDocument.model_validate(before.document)
    service.look_at(source, signed_in(), document=document)
    db.session.commit()
    return go_to(url_for("setup.what", id=id))


@bp.post("/sources/<int:id>/setup/use")
@editors_only
def use(id: int) -> ResponseReturnValue:
    """Take what was found as the mapping to work on; then=dry_run tries it at once."""
    source = source_in_setup(id)
    look = latest_trial(source, TrialKind.LOOK)
    found = _found(look) if look else None
    if look is None or found is None:
        flash(_("There is nothing to use yet: look at the feed first."), "error")
        return go_to(url_for("setup.what", id=id))
    change = _("%(format)s, as the feed was recognised", format=_name_of(found))
    service.use_found(source, look, signed_in(), str(change))
    return _go_on(source)


@bp.post("/sources/<int:id>/setup/keep")
@editors_only
def keep(id: int) -> ResponseReturnValue:
    """Go on with the mapping that is being worked on already."""
    return _go_on(source_in_setup(id))


def _go_on(source: Source) -> ResponseReturnValue:
    if request.form.get("then") != "dry_run":
        db.session.commit()
        return go_to(url_for("mapping.show", id=source.id))
    try:
        service.try_draft(source, signed_in())
    except NotReady:
        return go_to(url_for("setup.what", id=source.id))
    db.session.commit()
    return go_to(url_for("setup.dry_run", id=source.id))


def _found(look: Trial) -> MappingDocument | None:
    if look.state != TrialState.DONE or not look.result or not look.result.get("document"):
        return None
    return MappingDocument.model_validate(look.result["document"])


def _page(source: Source, look: Trial, found: MappingDocument) -> Page:
    result = look.result or {}
    detected = result.get("detected", {})
    sample = sample_of(source)
    number = min(id_argument("record") or 1, len(sample.records)) if sample else 1
    draft = draft_of(source)
    return {
        "source": source,
        "look": look,
        "progress": None,
        "fetch": result.get("fetch", {}),
        "detected": detected,
        "found": found,
        "format": _name_of(found),
        "is_proposed": found.name == PROPOSED,
        "confidence": confidence_words(float(detected.get("confidence") or 0)),
        "ids": id_words(detected),
        "id_candidates": result.get("ids", []),
        "record_paths": result.get("record_paths", []),
        "sample": sample,
        "record_number": number,
        "tree": record_tree(sample.records[number - 1], sample.profile)
        if sample and sample.records
        else [],
        "draft": draft,
        "is_worked_on": draft is not None and draft.changes > 0,
    }


def _name_of(found: MappingDocument) -> str:
    if found.name == PROPOSED:
        return str(_("No known format: a mapping is proposed"))
    return found.title or found.name

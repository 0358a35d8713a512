"""The forms of a source's set-up: where its feed lies, what it is, when and how it is read."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectChoice, SelectField, StringField
from wtforms.validators import Length, ValidationError

from webapp.models import Agency, Source
from webapp.views.forms.clean import PageForm
from webapp.views.forms.feed_addresses import FeedAddressFields, fields_of_feed_address
from webapp.views.forms.handling import HandlingFields, fields_of_handling
from webapp.views.forms.locations import proposed_name
from webapp.views.forms.schedules import ScheduleFields, fields_of_schedule
from webapp.views.forms.sources import LONGEST_NAME


class WhereForm(FeedAddressFields, PageForm):
    file = FileField(_l("Or a file from your computer"))
    name = StringField(_l("Name"), [Length(max=LONGEST_NAME)])
    agency = SelectField(_l("Agency"), coerce=str)

    def offer_agencies(self, agencies: Sequence[Agency]) -> None:
        """One that there is no choice about isn't asked."""
        self.agency.choices = [SelectChoice(str(agency.id), agency.name) for agency in agencies]
        if self.source is not None or len(agencies) == 1:
            del self.agency

    def may_have_no_location(self) -> bool:
        return bool(self.file.data) or super().may_have_no_location()

    def validate_file(self, field: Field) -> None:
        if field.data and self.shown_location():
            raise ValidationError(_("Give either an address or a file: empty the other one."))

    def chosen_name(self) -> str:
        typed = (self.name.data or "").strip()
        file_name = self.file.data.filename if self.file.data else ""
        return typed or proposed_name(self.shown_location(), file_name or "")[:LONGEST_NAME]


class HowForm(ScheduleFields, HandlingFields, PageForm):
    pass


def where_values(source: Source) -> dict[str, object]:
    return {"name": source.name, **fields_of_feed_address(source)}


def how_values(source: Source) -> dict[str, object]:
    return {**fields_of_schedule(source), **fields_of_handling(source)}

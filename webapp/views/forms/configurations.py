"""The forms that make a source out of a configuration, and a preset out of a mapping."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from webapp.models import Agency
from webapp.views.forms.clean import PageForm
from webapp.views.forms.sources import LONGEST_NAME


class CopyForm(PageForm):
    name = StringField(
        _l("Name of the new source"),
        [DataRequired(_l("Give the new source a name.")), Length(max=LONGEST_NAME)],
    )

    def chosen_name(self) -> str:
        return str(self.name.data).strip()


class ImportForm(PageForm):
    file = FileField(_l("Configuration file"), [FileRequired(_l("Choose a file first."))])
    name = StringField(_l("Name of the new source"), [Length(max=LONGEST_NAME)])
    agency = SelectField(_l("Agency"), coerce=str)

    def offer_agencies(self, agencies: Sequence[Agency]) -> None:
        """One that there is no choice about isn't asked."""
        self.agency.choices = [SelectChoice(str(agency.id), agency.name) for agency in agencies]
        if len(agencies) == 1:
            del self.agency

    def chosen_agency(self, agencies: Sequence[Agency]) -> Agency:
        chosen = self.agency.data if self.agency else ""
        return next((one for one in agencies if str(one.id) == chosen), agencies[0])


class PresetForm(PageForm):
    title = StringField(
        _l("Name of the preset"),
        [DataRequired(_l("Give the preset a name.")), Length(max=LONGEST_NAME)],
    )

    def chosen_title(self) -> str:
        return str(self.title.data).strip()

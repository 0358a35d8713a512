"""The form of a source's settings: its feed, its schedule, what its server asks for, what a file
of it means."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.models import Source
from webapp.schedules import Schedule
from webapp.services.sources import SourceSettings
from webapp.views.forms.clean import PageForm
from webapp.views.forms.feed_addresses import FeedAddressFields, fields_of_feed_address
from webapp.views.forms.handling import HandlingFields, fields_of_handling
from webapp.views.forms.schedules import ScheduleFields, fields_of_schedule

LONGEST_NAME = 100


class SourceForm(ScheduleFields, HandlingFields, FeedAddressFields, PageForm):
    name = StringField(
        _l("Name"), [DataRequired(_l("Give the source a name.")), Length(max=LONGEST_NAME)]
    )

    def settings(self, source: Source, schedule: Schedule) -> SourceSettings:
        """Of a form that is valid; the mapping stays."""
        address = self.feed_address()
        return SourceSettings(
            name=(self.name.data or "").strip(),
            location=address.location,
            preset=source.preset,
            schedule=schedule,
            credentials=address.credentials,
            absent_runs=int(self.absent_runs.data or 0),
            hold_share=self.hold_share(),
            max_bytes=self.max_bytes(),
            fetching=address.fetching,
        )


def form_values(source: Source) -> dict[str, object]:
    """What the form of an existing source starts with."""
    return {
        "name": source.name,
        **fields_of_feed_address(source),
        **fields_of_handling(source),
        **fields_of_schedule(source),
    }

"""The part of a form that says where a feed is fetched from."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from webapp.masking import masked_url
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.feed_addresses import FeedAddress
from webapp.services.locations import location_of
from webapp.views.forms.access import AccessFields, fields_of_access
from webapp.views.forms.fetching import FetchingFields, fields_of_fetching
from webapp.views.forms.locations import problem_with_location, without_userinfo


class FeedAddressFields(AccessFields, FetchingFields):
    location = StringField(_l("Address of the feed"))

    def may_have_no_location(self) -> bool:
        """Whether files are sent in instead."""
        return self.source is not None and not self.source.location

    def validate_location(self, field: Field) -> None:
        location = (field.data or "").strip()
        field.data = location
        if not location:
            if self.may_have_no_location():
                return
            raise ValidationError(_("Type the address of the feed."))
        if self.source is not None and location == masked_url(self.source.location):
            try:
                location = location_of(self.source)
            except CredentialsUnreadable as error:
                raise ValidationError(str(error)) from error
        if problem := problem_with_location(location):
            raise ValidationError(problem)

    def feed_address(self) -> FeedAddress:
        """Of a form that is valid."""
        location = self._location()
        credentials = self.credentials()
        if location:
            location, from_address = without_userinfo(location)
            credentials = credentials or from_address
        return FeedAddress(location, credentials, self.fetching(self.source))

    def _location(self) -> str:
        typed = self.shown_location()
        if self.source is not None and typed == masked_url(self.source.location):
            return location_of(self.source)
        return typed


def fields_of_feed_address(source: Source) -> dict[str, object]:
    return {
        "location": masked_url(source.location),
        **fields_of_access(source),
        **fields_of_fetching(source),
    }

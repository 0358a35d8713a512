"""The form of a source: its feed, its schedule, what its server asks for, when offers go."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from webapp.addresses import same_door
from webapp.masking import MASK, masked_url
from webapp.models import Agency, Source
from webapp.presets import load_preset, preset_names
from webapp.schedules import Schedule
from webapp.services.credentials import (
    CredentialKind,
    CredentialsUnreadable,
    SourceCredentials,
    credentials_of,
)
from webapp.services.sources import SourceSettings
from webapp.views.forms.clean import PageForm
from webapp.views.forms.schedules import ScheduleFields, fields_of_schedule
from webapp.views.labels import CREDENTIALS

NO_CREDENTIALS = ""
LONGEST_LOCATION = 2000


class SourceForm(ScheduleFields, PageForm):
    """`source` is the one to change, or None for a new one."""

    source: Source | None = None

    name = StringField(_l("Name"), [DataRequired(_l("Give the source a name.")), Length(max=100)])
    agency = SelectField(_l("Agency"), coerce=str)
    location = StringField(
        _l("Address of the feed"), [InputRequired(_l("Type the address of the feed."))]
    )
    preset = SelectField(_l("Format"))
    credential_kind = SelectField(
        _l("The server asks for"),
        choices=[
            SelectChoice(NO_CREDENTIALS, _l("Nothing")),
            *(SelectChoice(kind.value, words) for kind, words in CREDENTIALS.items()),
        ],
    )
    credential_name = StringField(
        _l("User or name"), [Length(max=200)], render_kw={"autocomplete": "off"}
    )
    credential_secret = PasswordField(_l("Password, token or key"), [Length(max=4000)])
    absent_runs = IntegerField(
        _l("Withdraw an offer that is absent from"),
        [
            InputRequired(_l("Give a whole number, 1 or more.")),
            NumberRange(1, 30, _l("Give a number of complete runs from 1 to 30.")),
        ],
        default=2,
    )
    hold_percent = IntegerField(
        _l("Ask a person when more than"),
        [
            InputRequired(_l("Give a whole number of percent.")),
            NumberRange(0, 100, _l("Give a share from 0 to 100 percent.")),
        ],
        default=15,
    )

    def offer_choices(self, agencies: Sequence[Agency]) -> None:
        """`agencies` are those to choose from; one that there is no choice about isn't asked."""
        self.preset.choices = [
            SelectChoice(name, load_preset(name).title or name) for name in preset_names()
        ]
        if self.source is not None and self.source.preset not in preset_names():
            self.preset.choices.insert(0, SelectChoice(self.source.preset, _l("Own mapping")))
        self.agency.choices = [SelectChoice(str(agency.id), agency.name) for agency in agencies]
        if self.source is not None or len(agencies) == 1:
            del self.agency

    def validate_location(self, field: Field) -> None:
        location = (field.data or "").strip()
        field.data = location
        if self.source is not None and location == masked_url(self.source.location):
            return
        if problem := _problem_with_location(location):
            raise ValidationError(problem)

    def validate_credential_name(self, field: Field) -> None:
        kind = self.credential_kind.data
        needed = {
            CredentialKind.BASIC: _("Give the user name."),
            CredentialKind.HEADER: _("Give the name of the header, such as X-Api-Key."),
            CredentialKind.QUERY: _("Give the name of the parameter, such as key."),
        }
        name = (field.data or "").strip()
        if kind in needed and not name:
            raise ValidationError(needed[kind])
        if kind == CredentialKind.HEADER and not name.replace("-", "").replace("_", "").isalnum():
            raise ValidationError(_("A header’s name has letters, digits and hyphens only."))

    def validate_credential_secret(self, field: Field) -> None:
        """An empty secret keeps the stored one, as long as it still belongs to the same thing."""
        if not self.credential_kind.data or field.data:
            return
        try:
            kept = self._kept_credentials()
        except CredentialsUnreadable as error:
            raise ValidationError(str(error)) from error
        if kept is None:
            raise ValidationError(_("Type the password, token or key."))
        if not self._is_same_server():
            raise ValidationError(
                _("The address leads to another server now: type the password, token or key again.")
            )

    def settings(self, schedule: Schedule) -> SourceSettings:
        """Of a form that is valid."""
        location, credentials = _without_userinfo(self._location())
        if self.credential_kind.data:
            credentials = self._typed_credentials() or self._kept_credentials()
        return SourceSettings(
            name=(self.name.data or "").strip(),
            location=location,
            preset=str(self.preset.data),
            schedule=schedule,
            credentials=credentials,
            absent_runs=int(self.absent_runs.data or 0),
            hold_share=int(self.hold_percent.data or 0) / 100,
        )

    def _location(self) -> str:
        typed = str(self.location.data)
        if self.source is not None and typed == masked_url(self.source.location):
            return self.source.location
        return typed

    def _typed_credentials(self) -> SourceCredentials | None:
        if not self.credential_secret.data:
            return None
        kind = CredentialKind(self.credential_kind.data)
        name = (self.credential_name.data or "").strip()
        return SourceCredentials(kind, name, self.credential_secret.data)

    def _kept_credentials(self) -> SourceCredentials | None:
        stored = credentials_of(self.source) if self.source is not None else None
        name = (self.credential_name.data or "").strip()
        is_same = stored and (stored.kind, stored.name) == (self.credential_kind.data, name)
        return stored if is_same else None

    def _is_same_server(self) -> bool:
        """Else whoever may change the address could have a hidden secret sent to any server."""
        if self.source is None or self.location.errors:
            return True
        return same_door(self.source.location, self._location())


def form_values(source: Source) -> dict[str, object]:
    """What the form of an existing source starts with; secrets stay where they are."""
    try:
        stored = credentials_of(source)
    except CredentialsUnreadable:
        stored = None
    return {
        "name": source.name,
        "location": masked_url(source.location),
        "preset": source.preset,
        "credential_kind": stored.kind if stored else NO_CREDENTIALS,
        "credential_name": stored.name if stored else "",
        "absent_runs": source.absent_runs,
        "hold_percent": round(source.hold_share * 100),
        **fields_of_schedule(source),
    }


def _problem_with_location(location: str) -> str | None:
    if MASK in location:
        return str(_("%(mask)s stands for a hidden secret: type the whole address.", mask=MASK))
    if len(location) > LONGEST_LOCATION:
        return str(_("This address is too long (over %(most)s characters).", most=LONGEST_LOCATION))
    if any(letter.isspace() or not letter.isprintable() for letter in location):
        return str(_("An address has no spaces in it."))
    if not location.lower().startswith(("http://", "https://")):
        return str(_("The address must begin with http:// or https://."))
    try:
        parts = urlsplit(location)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    if not has_host:
        return str(_("There is no server in this address. Expected: https://server/path"))
    return None


def _without_userinfo(location: str) -> tuple[str, SourceCredentials | None]:
    """https://user:password@server is kept as credentials, where it is encrypted."""
    parts = urlsplit(location)
    userinfo, at, server = parts.netloc.rpartition("@")
    if not at:
        return location, None
    user, _colon, password = userinfo.partition(":")
    credentials = SourceCredentials(CredentialKind.BASIC, unquote(user), unquote(password))
    return parts._replace(netloc=server).geturl(), credentials

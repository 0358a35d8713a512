"""The form of a source: its feed, its schedule, what its server asks for, when offers go."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from webapp.addresses import FILE_SCHEMES, same_door
from webapp.masking import masked_url
from webapp.models import Agency, Source
from webapp.presets import load_preset, preset_names
from webapp.schedules import Schedule
from webapp.services.credentials import (
    CredentialKind,
    CredentialsUnreadable,
    SourceCredentials,
    credentials_of,
)
from webapp.services.locations import location_of
from webapp.services.sources import SourceSettings
from webapp.views.forms.clean import PageForm
from webapp.views.forms.fetching import FetchingFields, fields_of_fetching
from webapp.views.forms.locations import (
    problem_with_location,
    scheme_of,
    without_userinfo,
)
from webapp.views.forms.schedules import ScheduleFields, fields_of_schedule
from webapp.views.labels import CREDENTIALS

NO_CREDENTIALS = ""
LONGEST_KEY = 20_000


class HiddenAgainArea(TextAreaField):
    """Like a password's field: what was typed is not sent back to the page."""

    def _value(self) -> str:
        return ""


class SourceForm(ScheduleFields, FetchingFields, PageForm):
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
    private_key = HiddenAgainArea(
        _l("Private key"), [Length(max=LONGEST_KEY)], render_kw={"autocomplete": "off", "rows": 6}
    )
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
            try:
                location_of(self.source)
            except CredentialsUnreadable as error:
                raise ValidationError(str(error)) from error
            return
        if problem := problem_with_location(location):
            raise ValidationError(problem)

    def validate_credential_kind(self, field: Field) -> None:
        """What FTP and SFTP can't be asked with, and the key that only SFTP knows."""
        scheme = scheme_of(self._shown_location())
        if field.data == CredentialKind.KEY and scheme != "sftp":
            raise ValidationError(_("A private key is for addresses that begin with sftp://."))
        known = (NO_CREDENTIALS, CredentialKind.BASIC, CredentialKind.KEY)
        if scheme in FILE_SCHEMES and field.data not in known:
            raise ValidationError(_("FTP and SFTP ask for a user name with a password or key."))

    def validate_credential_name(self, field: Field) -> None:
        kind = self.credential_kind.data
        needed = {
            CredentialKind.BASIC: _("Give the user name."),
            CredentialKind.KEY: _("Give the user name."),
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
        if self.credential_kind.data in (NO_CREDENTIALS, CredentialKind.KEY) or field.data:
            return
        self._require_kept(_("Type the password, token or key."))

    def validate_private_key(self, field: Field) -> None:
        if self.credential_kind.data != CredentialKind.KEY:
            return
        key = self._typed_key()
        if key.startswith("PuTTY-"):
            raise ValidationError(
                _("This is a key of PuTTY: export it as an OpenSSH key with PuTTYgen first.")
            )
        if key and "PRIVATE KEY-----" not in key:
            raise ValidationError(
                _("Paste the whole file, from -----BEGIN … PRIVATE KEY----- to the end.")
            )
        if not key:
            self._require_kept(_("Paste the private key."))

    def _require_kept(self, otherwise: str) -> None:
        try:
            kept = self._kept_credentials()
        except CredentialsUnreadable as error:
            raise ValidationError(str(error)) from error
        if kept is None:
            raise ValidationError(otherwise)
        if not self._is_same_server():
            raise ValidationError(
                _("The address leads to another server now: type the password, token or key again.")
            )

    def settings(self, schedule: Schedule) -> SourceSettings:
        """Of a form that is valid."""
        location, credentials = without_userinfo(self._location())
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
            fetching=self.fetching(self.source),
        )

    def _location(self) -> str:
        typed = self._shown_location()
        if self.source is not None and typed == masked_url(self.source.location):
            return location_of(self.source)
        return typed

    def _shown_location(self) -> str:
        return str(self.location.data or "").strip()

    def _typed_key(self) -> str:
        """As it was pasted: the field itself has lost the lines."""
        return str((self.private_key.raw_data or [""])[0]).strip()

    def _typed_credentials(self) -> SourceCredentials | None:
        kind = CredentialKind(self.credential_kind.data)
        name = (self.credential_name.data or "").strip()
        if kind is CredentialKind.KEY:
            key, passphrase = self._typed_key(), self.credential_secret.data or ""
            return SourceCredentials(kind, name, key, passphrase) if key else None
        if not self.credential_secret.data:
            return None
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
        return same_door(self.source.location, self._shown_location())


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
        **fields_of_fetching(source),
    }

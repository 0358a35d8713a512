"""The part of a source's form that says what its server asks for."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from webapp.addresses import FILE_SCHEMES, same_server
from webapp.models import Source
from webapp.services.credentials import (
    CredentialKind,
    CredentialsUnreadable,
    SourceCredentials,
    credentials_of,
)
from webapp.views.forms.clean import CleanForm
from webapp.views.forms.locations import scheme_of
from webapp.views.labels.sources import CREDENTIALS

NO_CREDENTIALS = ""
LONGEST_KEY = 20_000


class HiddenAgainArea(TextAreaField):
    """Like a password's field: what was typed is not sent back to the page."""

    def _value(self) -> str:
        return ""


class AccessFields(CleanForm):
    """`source` is the one to change, or None for a new one."""

    source: Source | None = None

    credential_kind = SelectField(
        _l("The server asks for"),
        choices=[
            SelectChoice(NO_CREDENTIALS, _l("Nothing")),
            *(SelectChoice(kind.value, words) for kind, words in CREDENTIALS.items()),
        ],
        default=NO_CREDENTIALS,
    )
    credential_name = StringField(
        _l("User or name"), [Length(max=200)], render_kw={"autocomplete": "off"}
    )
    credential_secret = PasswordField(_l("Password, token or key"), [Length(max=4000)])
    private_key = HiddenAgainArea(
        _l("Private key"), [Length(max=LONGEST_KEY)], render_kw={"autocomplete": "off", "rows": 6}
    )

    def validate_credential_kind(self, field: Field) -> None:
        """What FTP and SFTP can't be asked with, and the key that only SFTP knows."""
        scheme = scheme_of(self.shown_location())
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

    def credentials(self) -> SourceCredentials | None:
        """Of a form that is valid."""
        if not self.credential_kind.data:
            return None
        return self._typed_credentials() or self._kept_credentials()

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
        if self.source is None or self["location"].errors:
            return True
        return same_server(self.source.location, self.shown_location())

    def shown_location(self) -> str:
        """The address as it was typed, or as it is shown with its secrets hidden."""
        return str(self["location"].data or "").strip()


def fields_of_access(source: Source) -> dict[str, object]:
    """Secrets stay where they are."""
    try:
        stored = credentials_of(source)
    except CredentialsUnreadable:
        stored = None
    return {
        "credential_kind": stored.kind if stored else NO_CREDENTIALS,
        "credential_name": stored.name if stored else "",
    }

"""The forms of a webhook: opening one, what proves a request, and its secrets."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from webapp.models import Agency, utc_now
from webapp.services.webhook_secrets import LONGEST
from webapp.standard_webhooks import secret_key
from webapp.views.forms.clean import CleanForm, PageForm
from webapp.views.forms.sources import LONGEST_NAME
from webapp.webhook_senders import SENDERS, settings_for
from webapp.webhooks import WebhookSettings

SHORTEST = 8
_HOURS = {"0": 0, "1": 1, "24": 24, "168": 168}


class SecretFields(CleanForm):
    typed_secret = PasswordField(
        _l("Secret of the vendor’s own"),
        [Length(max=LONGEST, message=_l("A secret has 500 characters at most."))],
        render_kw={"autocomplete": "new-password"},
    )

    def refuse_unfit(self, scheme: str) -> None:
        """:raise ValidationError: the scheme can't use it"""
        typed = self.typed()
        if typed and scheme == "standard-webhooks" and not secret_key(typed):
            raise ValidationError(
                _("A secret of Standard Webhooks is whsec_ and letters in base64: copy it whole.")
            )
        if typed and len(typed) < SHORTEST:
            raise ValidationError(
                _("Type a secret of %(least)s characters or more.", least=SHORTEST)
            )

    def typed(self) -> str:
        return str(self.typed_secret.data or "").strip()


class OpenForm(SecretFields, PageForm):
    sender = RadioField(
        _l("How the vendor proves that it is the vendor"),
        choices=[SelectChoice(key, sender.title) for key, sender in SENDERS.items()],
        default="standard",
    )

    def validate_typed_secret(self, field: Field) -> None:
        self.refuse_unfit(self.settings().scheme)

    def settings(self) -> WebhookSettings:
        return settings_for(self.sender.data if self.sender.data in SENDERS else "standard")


class NewSourceForm(OpenForm):
    name = StringField(
        _l("Name"), [DataRequired(_l("Give the source a name.")), Length(max=LONGEST_NAME)]
    )
    agency = SelectField(_l("Agency"), coerce=str)

    def offer_agencies(self, agencies: Sequence[Agency]) -> None:
        """One that there is no choice about isn't asked."""
        self.agency.choices = [SelectChoice(str(agency.id), agency.name) for agency in agencies]
        if len(agencies) == 1:
            del self.agency

    def chosen_agency(self, agencies: Sequence[Agency]) -> Agency:
        chosen = self.agency.data if self.agency else ""
        return next((one for one in agencies if str(one.id) == chosen), agencies[0])


class NewSecretForm(SecretFields, PageForm):
    """`scheme`: what the secret is for."""

    scheme = ""
    old_until = SelectField(
        _l("The old secret"),
        choices=[
            SelectChoice("24", _l("stays good for a day")),
            SelectChoice("1", _l("stays good for an hour")),
            SelectChoice("168", _l("stays good for a week")),
            SelectChoice("0", _l("ends at once")),
        ],
        default="24",
    )

    def validate_typed_secret(self, field: Field) -> None:
        self.refuse_unfit(self.scheme)

    def others_until(self) -> datetime | None:
        """None: now."""
        hours = _HOURS.get(self.old_until.data or "", 0)
        return utc_now() + timedelta(hours=hours) if hours else None


class SigningFields(CleanForm):
    scheme = SelectField(
        _l("What proves that it is the vendor"),
        choices=[
            SelectChoice("standard-webhooks", _l("Standard Webhooks (whsec_…)")),
            SelectChoice("standard-webhooks-ed25519", _l("Standard Webhooks, key pair (whpk_…)")),
            SelectChoice("hmac", _l("A signature of the body (HMAC)")),
            SelectChoice("timestamped-hmac", _l("A signature of time and body (HMAC)")),
            SelectChoice("api-key", _l("A key")),
            SelectChoice("basic", _l("User name and password")),
        ],
    )
    location = SelectField(
        _l("Where the key stands"),
        choices=[
            SelectChoice("header", _l("In a header")),
            SelectChoice("query", _l("In the address")),
        ],
    )
    key_name = StringField(_l("Name of the header or parameter"), [Length(max=100)])
    username = StringField(_l("User name"), [Length(max=200)], render_kw={"autocomplete": "off"})
    header = StringField(_l("Header of the signature"), [Length(max=100)])
    prefix = StringField(_l("What stands before it"), [Length(max=20)])
    algorithm = SelectField(
        _l("Algorithm"),
        choices=[SelectChoice(name, name.upper()) for name in ("sha256", "sha512", "sha1")],
    )
    encoding = SelectField(
        _l("Written in"),
        choices=[
            SelectChoice("hex", _l("hexadecimal")),
            SelectChoice("base64", _l("base64")),
            SelectChoice("base64url", _l("base64 for addresses")),
        ],
    )
    separator = SelectField(
        _l("Between time and body"),
        choices=[
            SelectChoice(".", _l("a dot, as Stripe has it")),
            SelectChoice(",", _l("a comma, as Convoy has it")),
        ],
    )
    public_key = StringField(_l("Public key of the vendor"), [Length(max=200)])
    tolerance = IntegerField(
        _l("Clocks may differ by"),
        [
            InputRequired(_l("Give a whole number of seconds.")),
            NumberRange(10, 86_400, _l("Give a number of seconds from 10 to 86,400.")),
        ],
    )
    message_id_header = StringField(_l("Header with the message’s number"), [Length(max=100)])

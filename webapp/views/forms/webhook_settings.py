"""The form of a webhook's settings: what proves a request, what its body holds, how much comes."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError as Refused
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from webapp.masking import MASK, masked_url
from webapp.views.forms.clean import CleanForm, PageForm
from webapp.views.forms.condition_lines import (
    UnreadableLine,
    condition_lines,
    conditions_in,
    value_lines,
    values_in,
)
from webapp.views.forms.lines import LinesField
from webapp.views.forms.webhooks import SigningFields
from webapp.webhooks import MOST_BYTES, WebhookSettings

KILOBYTE = 1024


class BodyFields(CleanForm):
    shape = SelectField(
        _l("What a delivery holds"),
        choices=[
            SelectChoice("records", _l("The offers themselves")),
            SelectChoice("ids", _l("Ids of offers that changed: fetch those")),
            SelectChoice("ring", _l("Only that something changed: read the feed")),
        ],
    )
    records_at = StringField(_l("Where the offers are in it"), [Length(max=300)])
    header_values = LinesField(_l("What every offer gets of the message around it"))
    withdrawn_when = LinesField(_l("An offer is gone when"))
    partial = BooleanField(_l("A delivery holds only what changed of an offer"))
    version_at = StringField(_l("Number or time of the change"), [Length(max=300)])
    ids_at = StringField(_l("Where the ids are in it"), [Length(max=300)])
    detail_url = StringField(_l("Address of one offer"), [Length(max=2000)])
    detail_at = StringField(_l("Where the offer is in the answer"), [Length(max=300)])
    list_url = StringField(_l("Address of the list of changes"), [Length(max=2000)])

    def validate_header_values(self, field: Field) -> None:
        _refuse_unreadable(values_in, field)

    def validate_withdrawn_when(self, field: Field) -> None:
        _refuse_unreadable(conditions_in, field)


class LimitFields(CleanForm):
    max_kilobytes = IntegerField(
        _l("Largest delivery"),
        [
            InputRequired(_l("Give a whole number of kilobytes.")),
            NumberRange(1, MOST_BYTES // KILOBYTE, _l("Give a size from 1 to 10,240 kilobytes.")),
        ],
    )
    rate_per_minute = IntegerField(
        _l("Deliveries a minute"),
        [
            InputRequired(_l("Give a whole number.")),
            NumberRange(1, 600_000, _l("Give a number from 1 to 600,000.")),
        ],
    )
    allowed_networks = LinesField(_l("Take deliveries only from"))
    paused_answer = RadioField(
        _l("While the source is paused"),
        choices=[
            SelectChoice("keep", _l("Keep what comes, and apply it when it goes on")),
            SelectChoice("refuse", _l("Refuse it, so that the vendor sends it again later")),
        ],
    )
    receipt_url = StringField(_l("Tell the vendor what became of each delivery"))


class WebhookForm(SigningFields, BodyFields, LimitFields, PageForm):
    hidden: Mapping[str, str]
    """Addresses of the vendor's whose secrets the page shows masked."""

    def validate_detail_url(self, field: Field) -> None:
        self._refuse_mask(field)
        if "{id}" in urlsplit(field.data or "").netloc:
            raise ValidationError(_("The id can stand only behind the name of the server."))

    def validate_list_url(self, field: Field) -> None:
        self._refuse_mask(field)

    def validate_receipt_url(self, field: Field) -> None:
        self._refuse_mask(field)

    def _refuse_mask(self, field: Field) -> None:
        """A masked address may only stay as it is."""
        typed, whole = field.data or "", self.hidden.get(field.name)
        if MASK in typed and (whole is None or typed != masked_url(whole)):
            raise ValidationError(
                _("%(mask)s stands for a hidden secret: type the whole address.", mask=MASK)
            )

    def settings(self) -> WebhookSettings | None:
        """None when they make no sense together: the errors stand at their fields then."""
        if not self.validate_on_submit():
            return None
        typed = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        typed = {name: value for name, value in typed.items() if value is not None}
        typed |= {
            "max_bytes": typed.pop("max_kilobytes") * KILOBYTE,
            "header_values": values_in(typed["header_values"]),
            "withdrawn_when": conditions_in(typed["withdrawn_when"]),
            "version_at": typed.get("version_at") or None,
            "ids_at": typed.get("ids_at") or None,
        }
        try:
            return WebhookSettings.model_validate(typed)
        except Refused as refused:
            self._show(refused)
            return None

    def _show(self, refused: Refused) -> None:
        for mistake in refused.errors(include_url=False, include_context=False):
            words = mistake["msg"].removeprefix("Value error, ")
            words = words[:1].upper() + words[1:].rstrip(".") + "."
            name = str(mistake["loc"][0]) if mistake["loc"] else _field_of(words)
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, words]
            else:
                self.form_errors.append(words)


def fields_of(settings: WebhookSettings) -> dict[str, Any]:
    known = {name: getattr(settings, name) for name in type(settings).model_fields}
    return known | {
        "max_kilobytes": settings.max_bytes // KILOBYTE,
        "header_values": value_lines(settings.header_values),
        "withdrawn_when": condition_lines(settings.withdrawn_when),
        "allowed_networks": list(settings.allowed_networks),
    }


# What the document says of several settings together, by the field that mends it.
_TOGETHER = {
    "In which header": "header",
    "key stands": "key_name",
    "user name": "username",
    "public key": "public_key",
    "{id}": "detail_url",
    "the ids": "ids_at",
}


def _field_of(words: str) -> str:
    return next((name for part, name in _TOGETHER.items() if part.lower() in words.lower()), "")


def _refuse_unreadable(read: Callable[[list[str]], object], field: Field) -> None:
    try:
        read(field.data or [])
    except UnreadableLine as error:
        raise ValidationError(str(error)) from error

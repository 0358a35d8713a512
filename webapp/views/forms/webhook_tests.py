"""The form from which a vendor's developer sends a test."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from webapp.hooks.checks import MOST_BYTES
from webapp.views.filters import byte_size

CHECK = "check"
DELIVER = "deliver"
CONTENT_TYPES = [
    SelectChoice("application/json", "JSON"),
    SelectChoice("application/xml", "XML"),
    SelectChoice("application/x-www-form-urlencoded", _l("Form")),
]


class WebhookTestForm(FlaskForm):
    """Takes the body as it was typed, line breaks and all."""

    body = TextAreaField(_l("Body"), [InputRequired(_l("Paste a body to send."))])
    content_type = SelectField(_l("Content type"), choices=CONTENT_TYPES)
    what = RadioField(
        _l("What to do with it"),
        choices=[
            SelectChoice(CHECK, _l("Only check it: nothing is stored")),
            SelectChoice(DELIVER, _l("Deliver it: its offers are really changed")),
        ],
        default=CHECK,
    )

    def validate_body(self, field: TextAreaField) -> None:
        if len(self.content) > MOST_BYTES:
            limit = byte_size(MOST_BYTES)
            raise ValidationError(
                _("That is larger than %(size)s, which is the most for a test.", size=limit)
            )

    @property
    def content(self) -> bytes:
        return (self.body.data or "").encode("utf-8", "replace")

"""What a person types on the page of an issue."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import (
    DataRequired,
    Length,
    NumberRange,
    StopValidation,
    ValidationError,
)

from webapp.models import utc_now
from webapp.services.issues import LONGEST_COMMENT, Ignoring
from webapp.views.forms.clean import PageForm

FOR_GOOD = "always"
DAYS = "days"
COUNT = "count"
SHARE = "share"


WHOLE_NUMBER = _l("Give a whole number, 1 or more.")


def _needed_unless_for_good(form: "IgnoreForm", field: IntegerField) -> None:
    if form.until.data == FOR_GOOD:
        field.errors = []
        raise StopValidation
    if field.data is None:
        raise StopValidation(WHOLE_NUMBER)


class IgnoreForm(PageForm):
    until = RadioField(
        _l("Ignore it"),
        choices=[
            SelectChoice(DAYS, _l("for a number of days")),
            SelectChoice(COUNT, _l("until more records have it")),
            SelectChoice(SHARE, _l("until more percent of the source’s records have it")),
            SelectChoice(FOR_GOOD, _l("for good")),
        ],
        default=DAYS,
    )
    amount = IntegerField(
        _l("Days, records or percent"),
        [_needed_unless_for_good, NumberRange(1, 1_000_000, WHOLE_NUMBER)],
        default=7,
    )

    def validate_amount(self, field: IntegerField) -> None:
        if self.until.data == SHARE and (field.data or 0) > 100:
            raise ValidationError(_l("Give a share from 1 to 100 percent."))

    def ignoring(self) -> Ignoring:
        amount = int(self.amount.data or 0)
        if self.until.data == DAYS:
            return Ignoring(until=utc_now() + timedelta(days=min(amount, 3_650)))
        if self.until.data == COUNT:
            return Ignoring(above=amount)
        return Ignoring(share=amount / 100) if self.until.data == SHARE else Ignoring()


class CommentForm(PageForm):
    text = TextAreaField(
        _l("Comment"),
        [
            DataRequired(_l("Write something first.")),
            Length(max=LONGEST_COMMENT, message=_l("A comment has 4,000 characters at most.")),
        ],
    )

"""The part of a source's form that says what a file of it means: whether it holds everything, when
offers go, and how large it may be."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, RadioField, SelectChoice
from wtforms.validators import InputRequired, NumberRange, StopValidation

from webapp.models import Source
from webapp.services.drafts import document_of
from webapp.views.forms.clean import CleanForm

MEGABYTE = 1024**2


def _may_be_empty(form: CleanForm, field: Field) -> None:
    if not field.raw_data or not str(field.raw_data[0]).strip():
        field.errors = []
        raise StopValidation


class HandlingFields(CleanForm):
    semantics = RadioField(
        _l("What a file holds"),
        choices=[
            SelectChoice("snapshot", _l("Every offer: what is not in it has gone")),
            SelectChoice("delta", _l("Only what changed: what is not in it stays")),
        ],
        default="snapshot",
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
    max_megabytes = IntegerField(
        _l("Refuse a file of more than"),
        [_may_be_empty, NumberRange(1, 1_000_000, _l("Give a number of megabytes, 1 or more."))],
    )

    def hold_share(self) -> float:
        return int(self.hold_percent.data or 0) / 100

    def max_bytes(self) -> int | None:
        """None: as much as the server's own limit allows."""
        return self.max_megabytes.data * MEGABYTE if self.max_megabytes.data else None


def fields_of_handling(source: Source) -> dict[str, object]:
    document = document_of(source)
    return {
        "semantics": document.semantics if document else "snapshot",
        "absent_runs": source.absent_runs,
        "hold_percent": round(source.hold_share * 100),
        "max_megabytes": source.max_bytes // MEGABYTE if source.max_bytes else None,
    }

"""A field for several things, one a line."""

from collections.abc import Sequence

from wtforms import Field
from wtforms.widgets import TextArea

from webapp.views.forms.clean import without_controls

MOST_LINES = 100
LONGEST_LINE = 500


class LinesField(Field):
    """Its data is a list of the lines that aren't empty."""

    widget = TextArea()

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        lines = [str(without_controls(line)).strip() for line in "\n".join(valuelist).splitlines()]
        self.data = [line[:LONGEST_LINE] for line in lines if line][:MOST_LINES]

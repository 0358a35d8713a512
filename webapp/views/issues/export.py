"""An issue's records as a table for the vendor, who has to correct them."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from webapp.access import issue_or_404
from webapp.models import Issue
from webapp.queries.issues import affected_lines
from webapp.slugs import slug_of
from webapp.views.issues.blueprint import bp
from webapp.views.problem_words import problem_hint

# A workbook is made in memory; a longer list comes as CSV.
MOST_ROWS = 20_000
# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What XML 1.0 has no place for, section 2.2.
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/issues/<int:id>/records.csv")
def records_csv(id: int) -> ResponseReturnValue:
    issue = issue_or_404(id)

    def lines() -> Iterator[str]:
        # Excel takes a file for UTF-8 only by this mark.
        yield "\ufeff" + _line(_heads())
        for row in affected_lines(issue):
            yield _line([_harmless(cell) for cell in _cells(issue, row)])

    return _download(stream_with_context(lines()), "text/csv; charset=utf-8", f"{_name(issue)}.csv")


@bp.get("/issues/<int:id>/records.xlsx")
def records_xlsx(id: int) -> ResponseReturnValue:
    issue = issue_or_404(id)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Records"))
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEF", (24, 10, 10, 40, 60, 60), strict=True):
        sheet.column_dimensions[column].width = width
    heads = [WriteOnlyCell(sheet, value=head) for head in _heads()]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in affected_lines(issue, MOST_ROWS):
        sheet.append([_as_text(sheet, cell) for cell in _cells(issue, row)])
    file = io.BytesIO()
    book.save(file)
    return _download(file.getvalue(), XLSX, f"{_name(issue)}.xlsx")


def _heads() -> list[str]:
    return [_("Id"), _("Record"), _("Line"), _("Value"), _("What is wrong"), _("What to do")]


def _cells(issue: Issue, row: Sequence[object]) -> list[str | int]:
    external_id, position, line, raw, message = row
    return [
        str(external_id),
        int(str(position)),
        int(str(line)) if line is not None else "",
        str(raw),
        str(message),
        problem_hint(issue.code),
    ]


def _harmless(cell: str | int) -> str | int:
    """A text that a spreadsheet would take for a formula is led by an apostrophe."""
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA_LEADS)
    return f"'{cell}" if is_formula else cell


def _as_text(sheet: object, cell: str | int) -> object:
    """Typed as text, so that nothing the vendor sent becomes a formula."""
    if isinstance(cell, int):
        return cell
    made = WriteOnlyCell(sheet, value=_NOT_IN_XML.sub("", cell))
    made.data_type = "s"
    return made


def _line(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _name(issue: Issue) -> str:
    return slug_of(f"{issue.source.name} {issue.code} {issue.field}") or "issue"


def _download(content: object, mimetype: str, name: str) -> Response:
    response = Response(content, content_type=mimetype)  # type: ignore[arg-type]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

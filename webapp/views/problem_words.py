"""Problems in words: what an issue is about, and what to do about a code."""

from collections.abc import Sequence

from flask import Flask
from flask_babel import gettext as _

from webapp.models import Issue
from webapp.offers.problems import PROBLEMS, problem
from webapp.offers.targets import field_label


def problem_hint(code: str) -> str:
    """What to do, "" for a code that needs no advice or is unknown here."""
    kind = PROBLEMS.get(code)
    return str(_(kind.hint)) if kind else ""


def issue_words(issue: Issue) -> str:
    """The sentence of its problems, with one vendor's value as the example."""
    try:
        return problem(issue.code, issue.field, issue.sample_raw).message
    except KeyError:
        # Its sentence needs more than an issue keeps.
        label = field_label(issue.field)
        words = issue.code.replace("_", " ").capitalize()
        return f"{words} ({label})" if label else words


def code_words(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Codes for a list to choose from."""
    return [(code, code.replace("_", " ").capitalize()) for code in codes]


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        problem_hint=problem_hint,
        issue_words=issue_words,
        field_label=field_label,
        code_words=code_words,
    )

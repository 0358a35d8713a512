"""The pages of runs: list, one run while it goes on and afterwards, and the decisions about it."""

from webapp.views.runs import decisions, pages, records
from webapp.views.runs.blueprint import bp

__all__ = ["bp", "decisions", "pages", "records"]

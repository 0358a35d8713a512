"""The steps of a source that is being set up, each a page that one can leave and come back to."""

from webapp.views.setup import dry_run, how, what, where
from webapp.views.setup.blueprint import bp

__all__ = ["bp", "dry_run", "how", "what", "where"]

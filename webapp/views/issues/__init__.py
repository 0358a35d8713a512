"""The pages of issues: the list that admins live on, one issue, and what is done about it."""

from webapp.views.issues import actions, export, pages
from webapp.views.issues.blueprint import bp

__all__ = ["actions", "bp", "export", "pages"]

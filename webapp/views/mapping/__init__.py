"""The mapping studio: the record's fields on the left, the offer's on the right, the rule that is
edited beside them, and the draft that all of it changes."""

from webapp.views.mapping import again, connect, draft, rules, save, show
from webapp.views.mapping.blueprint import bp

__all__ = ["again", "bp", "connect", "draft", "rules", "save", "show"]

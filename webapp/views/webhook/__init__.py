"""The webhook of a source: opened, shown with what came, changed, given secrets, closed."""

from webapp.views.webhook import changing, opening, secrets, settings, show
from webapp.views.webhook.blueprint import bp

__all__ = ["bp", "changing", "opening", "secrets", "settings", "show"]

"""Notifications: what is wrong now, who is told, where messages go, and what became of them."""

from webapp.views.notifications import channels, pages, rules
from webapp.views.notifications.blueprint import bp

__all__ = ["bp", "channels", "pages", "rules"]

"""The pages for a vendor's developer: how to send to a webhook, a test, and what became of what was
sent. They need no account but the signed link that the agent gives out."""

from webapp.views.guide import deliveries, send_test, show
from webapp.views.guide.blueprint import bp

__all__ = ["bp", "deliveries", "send_test", "show"]

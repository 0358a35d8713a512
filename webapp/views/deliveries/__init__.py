"""The pages of deliveries: the log of a source's webhook, and one delivery with its records."""

from webapp.views.deliveries import admission, body, pages, records
from webapp.views.deliveries.blueprint import bp

__all__ = ["admission", "body", "bp", "pages", "records"]

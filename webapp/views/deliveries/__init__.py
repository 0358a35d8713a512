"""The pages of deliveries: the log of a source's webhook, and one delivery with its records."""

from webapp.views.deliveries import body, pages, records
from webapp.views.deliveries.blueprint import bp

__all__ = ["body", "bp", "pages", "records"]

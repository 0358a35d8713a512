"""The pages: one blueprint a noun, registered here."""

from flask import Flask

from webapp.views import assets, filters


def register(app: Flask) -> None:
    """Bind every blueprint, template filter and error page to the application."""
    assets.register(app)
    filters.register(app)

"""The vendors' door: webhooks, their trial without storing, and what both say."""

from flask import Flask

from webapp.extensions import csrf
from webapp.hooks import database, door, openapi, validate

__all__ = ["door", "openapi", "register", "validate"]


def register(app: Flask) -> None:
    """Vendors' programs have no session, so nothing can be done in anybody's name."""
    database.register(app)
    csrf.exempt(door.bp)
    app.register_blueprint(openapi.bp)
    app.register_blueprint(door.bp)

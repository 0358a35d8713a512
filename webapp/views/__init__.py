"""The pages: one blueprint a noun, registered here."""

from flask import Flask

from webapp.extensions import login
from webapp.views import assets, auth, errors, filters, navigation, preferences, users


def register(app: Flask) -> None:
    """Bind every blueprint, template filter and error page to the application."""
    assets.register(app)
    filters.register(app)
    navigation.register(app)
    errors.register(app)
    login.unauthorized_handler(auth.ask_to_log_in)
    for page in (auth, preferences, users):
        app.register_blueprint(page.bp)

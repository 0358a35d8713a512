"""The pages: one blueprint a noun, registered here."""

from flask import Flask

from webapp.extensions import login
from webapp.views import (
    activity,
    activity_words,
    assets,
    auth,
    compare,
    compare_words,
    configurations,
    errors,
    filters,
    ignored,
    labels,
    mapping,
    mapping_versions,
    mapping_words,
    navigation,
    offer_words,
    offers,
    overview,
    preferences,
    presets,
    problem_words,
    runs,
    setup,
    source_frame,
    sources,
    trials,
    uploads,
    users,
    value_words,
    values,
)
from webapp.views.mapping import words as studio_words


def register(app: Flask) -> None:
    """Bind every blueprint, template filter and error page to the application."""
    assets.register(app)
    filters.register(app)
    labels.register(app)
    problem_words.register(app)
    offer_words.register(app)
    value_words.register(app)
    mapping_words.register(app)
    studio_words.register(app)
    navigation.register(app)
    compare_words.register(app)
    activity_words.register(app)
    source_frame.register(app)
    errors.register(app)
    login.unauthorized_handler(auth.ask_to_log_in)
    for page in (
        auth,
        preferences,
        overview,
        sources,
        setup,
        trials,
        mapping,
        mapping_versions,
        values,
        ignored,
        runs,
        offers,
        users,
        activity,
        compare,
        configurations,
        presets,
    ):
        app.register_blueprint(page.bp)
    uploads.register(app)

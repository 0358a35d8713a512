"""The pages: one blueprint a noun, registered here."""

from flask import Flask

from webapp.extensions import login
from webapp.views import (
    activity,
    activity_words,
    assets,
    audit,
    auth,
    compare,
    compare_words,
    configurations,
    deliveries,
    delivery_words,
    errors,
    failed_jobs,
    fault_links,
    filters,
    guide,
    health,
    ignored,
    issues,
    labels,
    mapping,
    mapping_versions,
    mapping_words,
    navigation,
    notification_words,
    notifications,
    offer_words,
    offers,
    operation_words,
    operations,
    overview,
    preferences,
    presets,
    problem_words,
    replays,
    retries,
    retry_words,
    runs,
    setup,
    source_frame,
    sources,
    trials,
    uploads,
    users,
    value_words,
    values,
    webhook,
)
from webapp.views.mapping import words as studio_words


def register(app: Flask) -> None:
    """Bind every blueprint, template filter and error page to the application."""
    assets.register(app)
    filters.register(app)
    labels.register(app)
    problem_words.register(app)
    fault_links.register(app)
    offer_words.register(app)
    value_words.register(app)
    mapping_words.register(app)
    studio_words.register(app)
    navigation.register(app)
    compare_words.register(app)
    activity_words.register(app)
    operation_words.register(app)
    delivery_words.register(app)
    notification_words.register(app)
    retry_words.register(app)
    source_frame.register(app)
    errors.register(app)
    login.unauthorized_handler(auth.ask_to_log_in)
    for page in (
        health,
        operations,
        failed_jobs,
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
        deliveries,
        replays,
        retries,
        issues,
        notifications,
        offers,
        users,
        activity,
        audit,
        compare,
        configurations,
        presets,
        guide,
        webhook,
    ):
        app.register_blueprint(page.bp)
    uploads.register(app)

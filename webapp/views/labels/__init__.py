"""How states read on pages: for each the kind of its mark (icon and colour) and its word, by
subject."""

from flask import Flask

from webapp.views.labels import deliveries, issues, offers, operations, runs, sources
from webapp.views.labels.choices import named, words
from webapp.views.labels.offers import type_word
from webapp.views.labels.runs import finding_words, remap_words, run_seconds, run_status


def register(app: Flask) -> None:
    """Templates see the tables of every subject as `labels.…`."""
    tables = {
        name.lower(): value
        for subject in (deliveries, issues, offers, operations, runs, sources)
        for name, value in vars(subject).items()
        if name.isupper() and isinstance(value, dict)
    }
    app.jinja_env.globals["labels"] = tables
    app.jinja_env.filters.update(
        run_status=run_status,
        run_seconds=run_seconds,
        type_word=type_word,
        finding_words=finding_words,
        remap_words=remap_words,
        words=words,
        named=named,
    )

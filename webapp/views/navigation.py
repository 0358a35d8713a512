"""What every page's frame needs: the entries of the main menu, the theme, the language."""

from flask import Flask, has_request_context, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from webapp.views.preferences import chosen_theme

LANGUAGES = ("en",)


def chosen_language() -> str | None:
    """The browser's language, of those there are texts for; commands and jobs have no browser."""
    if not has_request_context():
        return None
    language: str | None = request.accept_languages.best_match(LANGUAGES)
    return language


def frame() -> dict[str, object]:
    return {"navigation": _entries(), "theme": chosen_theme(), "locale": str(get_locale())}


def _entries() -> list[tuple[str, str]]:
    entries = [
        ("overview.index", _("Overview")),
        ("sources.index", _("Sources")),
        ("runs.index", _("Runs")),
        ("offers.index", _("Offers")),
        ("issues.index", _("Issues")),
        ("notifications.index", _("Notifications")),
    ]
    if current_user.is_authenticated and current_user.is_admin:
        entries += [("users.index", _("Users")), ("operations.index", _("Operations"))]
    return entries


def register(app: Flask) -> None:
    app.context_processor(frame)

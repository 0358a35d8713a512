"""How it reads which offers a person had sent again."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.models import Lifecycle, Retry, SyncStatus
from webapp.queries.offers import GONE, WITH_PROBLEMS
from webapp.views.labels.offers import DEALS, LIFECYCLES, SYNC_STATUSES, type_word

_NAMES = {
    "search": _l("Search"),
    "lifecycle": _l("In the feed"),
    "sync": _l("Sync status"),
    "deal": _l("Deal"),
    "type": _l("Type"),
    "price_from": _l("Price from"),
    "price_to": _l("Price to"),
}


def retry_words(retry: Retry) -> str:
    filters = retry.filters
    if "run" in filters:
        return str(_("All that failed of run %(id)s", id=filters["run"]))
    if "delivery" in filters:
        return str(_("All that failed of delivery %(id)s", id=filters["delivery"]))
    if "issue" in filters:
        return str(_("All of issue %(id)s that failed", id=filters["issue"]))
    chosen = [
        f"{_NAMES[name]}: {_value(name, filters[name])}" for name in _NAMES if name in filters
    ]
    if retry.source is not None:
        chosen.insert(0, f"{_('Source')}: {retry.source.name}")
    return " · ".join([str(_("Failed offers")), *chosen])


def _value(name: str, value: str) -> str:
    if name == "sync":
        return str(
            _("Any problem") if value == WITH_PROBLEMS else SYNC_STATUSES[SyncStatus(value)][1]
        )
    if name == "lifecycle":
        return str(_("Missing or withdrawn") if value == GONE else LIFECYCLES[Lifecycle(value)][1])
    if name == "deal":
        return str(DEALS.get(value, value))
    return type_word(value) if name == "type" else value


def register(app: Flask) -> None:
    app.jinja_env.filters["retry_words"] = retry_words

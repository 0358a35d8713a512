"""How the machinery reads on pages."""

from flask_babel import lazy_gettext as _l

from webapp import queues

QUEUES = {
    queues.IMPORTS: _l("Feeds to read"),
    queues.OFFERS_LIVE: _l("Urgent offers"),
    queues.OFFERS_BULK: _l("Offers of runs"),
    queues.DEFAULT: _l("Upkeep"),
}

"""How deliveries of webhooks and their replays read on pages."""

from flask_babel import lazy_gettext as _l

from webapp.models import DeliveryState, ReplayState

DELIVERY_STATES = {
    DeliveryState.REFUSED: ("error", _l("Refused")),
    DeliveryState.WAITING: ("waiting", _l("Kept for later")),
    DeliveryState.ACCEPTED: ("waiting", _l("Accepted")),
    DeliveryState.FETCHING: ("running", _l("Fetching the offers")),
    DeliveryState.STAGED: ("running", _l("Applying the offers")),
    DeliveryState.DONE: ("ok", _l("Done")),
    DeliveryState.UNREADABLE: ("error", _l("Unreadable")),
}
REPLAY_STATES = {
    ReplayState.OPEN: ("running", _l("Going on")),
    ReplayState.FINISHED: ("ok", _l("Finished")),
    ReplayState.CANCELLED: ("off", _l("Cancelled")),
}

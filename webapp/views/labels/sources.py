"""How sources and their feeds read on pages."""

from flask_babel import lazy_gettext as _l

from webapp.models import SourceStatus
from webapp.services.credentials import CredentialKind

SOURCE_STATUSES = {
    SourceStatus.SETUP: ("waiting", _l("Being set up")),
    SourceStatus.ACTIVE: ("ok", _l("Active")),
    SourceStatus.PAUSED: ("paused", _l("Paused")),
    SourceStatus.BROKEN: ("error", _l("Broken")),
}
CONTAINERS = {
    "xml": _l("XML"),
    "csv": _l("Text table (CSV)"),
    "xlsx": _l("Excel table (XLSX)"),
    "xls": _l("Old Excel table (XLS)"),
    "ods": _l("OpenDocument table (ODS)"),
    "json": _l("JSON"),
    "jsonl": _l("JSON, a line for each offer"),
    "blm": _l("Rightmove BLM"),
}
CREDENTIALS = {
    CredentialKind.BASIC: _l("User name and password"),
    CredentialKind.BEARER: _l("Bearer token"),
    CredentialKind.HEADER: _l("Key in a header"),
    CredentialKind.QUERY: _l("Key in the address"),
    CredentialKind.KEY: _l("User name and private key (SFTP)"),
}

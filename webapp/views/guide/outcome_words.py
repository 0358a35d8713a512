"""What would become of a record that was only checked, in words."""

from flask_babel import lazy_gettext as _l

OUTCOMES = {
    "created": ("ok", _l("Would be created")),
    "updated": ("ok", _l("Would be updated")),
    "unchanged": ("ok", _l("Would change nothing")),
    "withdrawn": ("ok", _l("Would be withdrawn")),
    "superseded": ("off", _l("Older than what is there")),
    "fetched": ("ok", _l("Would be fetched")),
    "left_out": ("off", _l("Would be left out")),
    "unmapped": ("waiting", _l("Read; the agency is still setting this up")),
    "refused": ("error", _l("Would be refused")),
}

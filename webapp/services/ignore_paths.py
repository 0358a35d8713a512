"""The fields of a source's records that are ignored when records are compared with those of the
last run. Services flush; their callers commit.

Records look changed once after an edit, as they are compared by other fields then: the next run
maps them all again, and those that make the same offer end as unchanged.
"""

from typing import Any

from webapp.extensions import db
from webapp.models import Source, User
from webapp.offers.paths import MAX_LENGTH, SELF, is_plain, value_at
from webapp.services.audit import note

MOST_PATHS = 50


class BadIgnorePath(Exception):
    """The path can't be ignored; the message says why."""


def add_ignore_path(source: Source, path: str, user: User | None) -> bool:
    """Returns False when it is ignored already.

    :raise BadIgnorePath: it is no plain path, or there are too many.
    """
    path = path.strip()
    if not can_be_ignored(path):
        raise BadIgnorePath("This is no field of a record: a field is written like stats.views.")
    if path in source.ignore_paths:
        return False
    if len(source.ignore_paths) >= MOST_PATHS:
        raise BadIgnorePath(f"There are {MOST_PATHS} ignored fields already: remove one first.")
    _change(source, [*source.ignore_paths, path], user)
    _mark(source, path, refused=False)
    return True


def remove_ignore_path(source: Source, path: str, user: User | None) -> bool:
    """Returns False when it was not ignored."""
    if path not in source.ignore_paths:
        return False
    _change(source, [kept for kept in source.ignore_paths if kept != path], user)
    # A person wants its changes to count: it is not proposed again.
    _mark(source, path, refused=True)
    return True


def refuse_ignore_path(source: Source, path: str) -> None:
    """A proposal that is not to be made again."""
    _mark(source, path, refused=True)


def can_be_ignored(path: str) -> bool:
    if not path or path == SELF or len(path) > MAX_LENGTH or not is_plain(path):
        return False
    try:
        value_at(path)
    except ValueError:
        return False
    return True


def _change(source: Source, paths: list[str], user: User | None) -> None:
    note("ignore_paths_changed", source, user, before=list(source.ignore_paths), after=paths)
    source.ignore_paths = paths
    db.session.flush()


def _mark(source: Source, path: str, *, refused: bool) -> None:
    def marked(proposed: dict[str, Any]) -> dict[str, Any]:
        return {**proposed, "refused": refused} if proposed["path"] == path else proposed

    source.volatile_paths = [marked(proposed) for proposed in source.volatile_paths]
    db.session.flush()

"""What filters offer to choose from."""

from webapp.models import Agency


def words(table: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices that a filter by one of the tables above offers."""
    return [(str(key), str(word)) for key, (_kind, word) in table.items()]


def named(agencies: list[Agency]) -> list[tuple[int, str]]:
    return [(agency.id, agency.name) for agency in agencies]

"""Which elements of an XML document are the records, by their paths; and what of the document may
be forgotten again."""

from collections.abc import Sequence
from typing import Any

from jobs.formats.record import Record
from webapp.bodies.xml_element import local_name


class RecordMatch:
    """Names match without their namespaces."""

    def __init__(self, record_paths: Sequence[str], parents: set[str]) -> None:
        """`parents` is given the path of each element that is found to hold records."""
        self._parents = parents
        self.root: Any = None
        """Set by the reader when the document has begun."""
        self.kept: Any = None
        """What could not be freed, as it may be a record that is still open."""
        self._paths = [path.strip("/").split("/") for path in record_paths]
        self.last_names = {segments[-1] for segments in self._paths}
        self.is_named = len(self.last_names) > 1 or "*" in self.last_names
        self._container: Any = None
        self._names_in_container: set[str] = set()

    def is_record(self, element: Any) -> bool:
        parent = element.getparent()
        if self._container is not None and parent is self._container:
            return not self._names_in_container.isdisjoint((local_name(element.tag), "*"))
        if not any(_is_at(element, segments) for segments in self._paths):
            return False
        self._container = parent
        fitting = [segments for segments in self._paths if _is_at(parent, segments[:-1])]
        self._names_in_container = {segments[-1] for segments in fitting}
        self._parents.update("/" + "/".join(segments[:-1]) for segments in fitting)
        return True

    def name_of(self, element: Any) -> Record:
        return {"#name": local_name(element.tag)} if self.is_named else {}

    def free_what_was_read(self) -> None:
        """Keeps only the branch that may still be open, so that no document can fill the memory.

        The last element of each level may be open; the record among them is left whole.
        """
        node, depth = self.root, 1
        leading = [segments for segments in self._paths if _is_named(node, segments[0])]
        while len(node) and not any(len(segments) == depth for segments in leading):
            del node[:-1]
            node = node[-1]
            leading = [
                segments
                for segments in leading
                if len(segments) > depth and _is_named(node, segments[depth])
            ]
            depth += 1
        self.kept = node


def _is_at(element: Any, segments: list[str]) -> bool:
    for segment in reversed(segments):
        if element is None or not _is_named(element, segment):
            return False
        element = element.getparent()
    return element is None


def _is_named(element: Any, segment: str) -> bool:
    tag = element.tag
    return isinstance(tag, str) and segment in ("*", local_name(tag))

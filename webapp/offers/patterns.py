"""Regular expressions of mapping documents, on an engine (RE2) whose time grows with the length of
the text alone: whoever writes a mapping, no pattern of it can stop a worker."""

import re
from functools import lru_cache
from typing import Annotated, Any

import re2  # type: ignore[import-untyped]
from pydantic import AfterValidator

LONGEST_PATTERN = 300
# Of the text that is looked at.
LONGEST_TEXT = 20_000
# They know the letters of English alone, which nobody expects of them.
ENGLISH_ONLY = re.compile(r"(?<!\\)(?:\\\\)*\\[wWbB]")


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str) -> Any:
    """Ignores case; has the methods of a compiled `re`.

    :raise ValueError: what this engine does not know
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    if ENGLISH_ONLY.search(pattern):
        raise ValueError(rf"the pattern {pattern!r} may say \p{{L}} for a letter, but not \w or \b")
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        raise ValueError(f"the pattern {pattern!r} cannot be read: {reason}") from None
    except UnicodeError:
        raise ValueError(f"the pattern {pattern!r} cannot be read") from None


def searchable(text: str) -> str:
    """What a pattern is matched with: the beginning, without halves of characters."""
    text = text[:LONGEST_TEXT]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _readable(pattern: str) -> str:
    compiled_pattern(pattern)
    return pattern


Pattern = Annotated[str, AfterValidator(_readable)]

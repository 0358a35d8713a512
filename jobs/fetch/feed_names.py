"""What a file's name says about it: can it be a feed, or is it something else for certain?"""

FEED_ENDINGS = frozenset(
    ("xml", "csv", "tsv", "txt", "json", "jsonl", "ndjson", "blm", "xls", "xlsx", "ods", "tab")
)
# Readme files and notes have these too.
WEAK_ENDINGS = frozenset(("txt",))
PACKED_ENDINGS = frozenset(("zip", "gz"))
_OTHER_MATTER = frozenset(
    (
        *("jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "svg", "heic", "avif", "ico"),
        *("mp4", "mov", "avi", "webm", "mp3", "pdf", "doc", "docx", "rtf", "odt", "ppt", "pptx"),
        *("xsd", "dtd", "xsl", "xslt", "html", "htm", "css", "js", "exe", "db", "ini", "md5"),
    )
)


def ending_of(name: str) -> str:
    return name.lower().rpartition(".")[2] if "." in name else ""


def can_be_feed(name: str) -> bool:
    return ending_of(name) in FEED_ENDINGS


def is_other_matter(name: str) -> bool:
    return ending_of(name) in _OTHER_MATTER

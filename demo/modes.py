"""The ways the vendor can misbehave, each with what it looks like to the one who fetches."""

from enum import StrEnum


class Mode(StrEnum):
    NORMAL = "normal"
    HALF = "half"
    ONE_GONE = "one_gone"
    DUPLICATES = "duplicates"
    ERROR_500 = "500"
    ERROR_503 = "503"
    ERROR_404 = "404"
    SLOW = "slow"
    HANG = "hang"
    TRUNCATED = "truncated"
    CUT = "cut"
    EMPTY = "empty"
    COMMENT = "comment"
    HTML = "html"
    BOMB = "bomb"
    XXE = "xxe"
    HUGE = "huge"
    GZIP = "gzip"
    REDIRECT = "redirect"
    REDIRECT_PRIVATE = "redirect_private"


EXPLAINED = {
    Mode.NORMAL: "the whole feed",
    Mode.HALF: "the older half of the offers is gone",
    Mode.ONE_GONE: "the oldest offer is gone",
    Mode.DUPLICATES: "one record more, with the id of the first",
    Mode.ERROR_500: "status 500",
    Mode.ERROR_503: "status 503 with Retry-After",
    Mode.ERROR_404: "status 404",
    Mode.SLOW: "the feed drips in at 20 kB a second",
    Mode.HANG: "no answer at all",
    Mode.TRUNCATED: "the XML stops in the middle, the Content-Length agrees",
    Mode.CUT: "the connection closes in the middle of the feed",
    Mode.EMPTY: "status 200 and 0 bytes",
    Mode.COMMENT: "an XML comment and nothing else",
    Mode.HTML: "a login page with status 200",
    Mode.BOMB: "entities that grow to gigabytes",
    Mode.XXE: "an entity that reads a local file",
    Mode.HUGE: "5 GB of offers without a Content-Length",
    Mode.GZIP: "the feed with Content-Encoding: gzip",
    Mode.REDIRECT: "302 to the real feed",
    Mode.REDIRECT_PRIVATE: "302 to a private address",
}

STATUSES = {Mode.ERROR_500: 500, Mode.ERROR_503: 503, Mode.ERROR_404: 404}

PRIVATE_ADDRESS = "http://169.254.169.254/"

_COMMENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- The export is being rebuilt, please come back later. -->
"""
_LOGIN_PAGE = b"""<!doctype html>
<html lang="en"><head><title>Sign in</title></head>
<body><h1>Your session has ended</h1>
<form method="post" action="/login"><label>User <input name="user"></label>
<label>Password <input name="password" type="password"></label><button>Sign in</button></form>
</body></html>
"""
_RECORD = b"""<root><kyero><feed_version>3</feed_version></kyero>
<property><id>X1</id><date>2025-05-05 10:00:00</date><ref>X1</ref><price>150000</price>
<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type><town>Calpe</town>
<province>Alicante</province><country>spain</country><desc><en>&x;</en></desc></property>
</root>
"""
_XXE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE root [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n' + _RECORD
)
# Ten levels of ten: the last entity stands for 10^10 times the first.
_BOMB = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE root [\n<!ENTITY x0 "sun and sea">\n'
    + b"".join(
        f'<!ENTITY x{level} "{f"&x{level - 1};" * 10}">\n'.encode() for level in range(1, 11)
    )
    + b'<!ENTITY x "&x10;">\n]>\n'
    + _RECORD
)

BODIES: dict[Mode, tuple[str, bytes]] = {
    Mode.EMPTY: ("application/xml", b""),
    Mode.COMMENT: ("application/xml", _COMMENT),
    Mode.HTML: ("text/html; charset=utf-8", _LOGIN_PAGE),
    Mode.BOMB: ("application/xml", _BOMB),
    Mode.XXE: ("application/xml", _XXE),
}

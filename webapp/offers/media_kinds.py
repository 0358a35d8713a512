"""What kind of medium an address or a file name is, where the vendor does not say."""

import re

from webapp.offers.enums import MediaKind

VIDEO_SITES = re.compile(r"//(?:[a-z0-9-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com)/")
TOUR_SITES = re.compile(
    r"//(?:[a-z0-9-]+\.)*(?:matterport\.com|kuula\.co|ogulo\.(?:com|de)|giraffe360\.com|"
    r"cloudpano\.com|eyespy360\.com|immoviewer\.com|3dvista\.com|floorfy\.com)/"
)
ENDING = re.compile(r"\.([a-z0-9]{2,4})(?:$|[?#])")
KIND_OF_ENDING: dict[str, MediaKind] = {
    "mp4": "video",
    "m4v": "video",
    "mov": "video",
    "avi": "video",
    "webm": "video",
    "wmv": "video",
    "mpg": "video",
    "pdf": "document",
    "doc": "document",
    "docx": "document",
    "xls": "document",
    "xlsx": "document",
    "rtf": "document",
    "txt": "document",
}


def kind_of_address(address: str) -> MediaKind:
    """An image, unless the site or the ending says otherwise: most addresses of pictures say
    nothing at all."""
    address = address.casefold()
    ending = ENDING.search(address)
    if ending and ending[1] in KIND_OF_ENDING:
        return KIND_OF_ENDING[ending[1]]
    if VIDEO_SITES.search(address):
        return "video"
    return "tour" if TOUR_SITES.search(address) else "image"

"""Whether coordinates can be in the country that an offer names: some vendors write the longitude
where the latitude belongs."""

from typing import Any

from webapp.offers.problems import Problem, problem

Box = tuple[int, int, int, int]

# South, north, west, east, in whole degrees rounded outwards: the extents of Natural Earth's
# countries (public domain), widened to the islands that addresses of the country name.
BOXES: dict[str, tuple[Box, ...]] = {
    "AD": ((42, 43, 1, 2),),
    "AE": ((22, 27, 51, 57),),
    "AL": ((39, 43, 19, 22),),
    "AM": ((38, 42, 43, 47),),
    "AR": ((-56, -21, -74, -53),),
    "AT": ((46, 50, 9, 18),),
    "AU": ((-44, -9, 112, 160),),
    "AZ": ((38, 42, 44, 51),),
    "BA": ((42, 46, 15, 20),),
    "BE": ((49, 52, 2, 7),),
    "BG": ((41, 45, 22, 29),),
    "BR": ((-34, 6, -74, -28),),
    "BY": ((51, 57, 23, 33),),
    "CA": ((41, 84, -142, -52),),
    "CH": ((45, 48, 5, 11),),
    "CL": ((-56, -17, -110, -66),),
    "CO": ((-5, 14, -82, -66),),
    "CR": ((5, 12, -88, -82),),
    "CY": ((34, 36, 32, 35),),
    "CZ": ((48, 52, 12, 19),),
    "DE": ((47, 56, 5, 16),),
    "DK": ((54, 58, 8, 16),),
    "DO": ((17, 20, -73, -68),),
    "EE": ((57, 60, 21, 29),),
    "EG": ((21, 32, 24, 37),),
    "ES": ((35, 44, -10, 5), (27, 30, -19, -13)),
    "FI": ((59, 71, 19, 32),),
    "FR": (
        (41, 52, -6, 10),
        (14, 19, -64, -60),
        (-22, -20, 55, 56),
        (2, 6, -55, -51),
        (-14, -12, 45, 46),
    ),
    "GB": ((49, 61, -9, 2),),
    "GE": ((41, 44, 39, 47),),
    "GI": ((36, 37, -6, -5),),
    "GR": ((34, 42, 19, 30),),
    "HR": ((42, 47, 13, 20),),
    "HU": ((45, 49, 16, 23),),
    "IE": ((51, 56, -11, -5),),
    "IL": ((29, 34, 34, 36),),
    "IN": ((6, 36, 68, 98),),
    "IT": ((35, 48, 6, 19),),
    "KZ": ((40, 56, 46, 88),),
    "LT": ((53, 57, 20, 27),),
    "LU": ((49, 51, 5, 7),),
    "LV": ((55, 59, 20, 29),),
    "MA": ((20, 36, -18, -1),),
    "MC": ((43, 44, 7, 8),),
    "MD": ((45, 49, 26, 31),),
    "ME": ((41, 44, 18, 21),),
    "MK": ((40, 43, 20, 24),),
    "MT": ((35, 37, 14, 15),),
    "MX": ((14, 33, -119, -86),),
    "NL": ((50, 54, 3, 8), (12, 18, -71, -62)),
    "NO": ((57, 72, 4, 32),),
    "NZ": ((-48, -34, 166, 180),),
    "OM": ((16, 27, 51, 60),),
    "PL": ((48, 55, 14, 25),),
    "PT": ((36, 43, -10, -6), (36, 40, -32, -24), (32, 34, -18, -16)),
    "QA": ((24, 27, 50, 52),),
    "RO": ((43, 49, 20, 30),),
    "RS": ((41, 47, 18, 24),),
    "RU": ((41, 82, 19, 180), (60, 72, -180, -168)),
    "SA": ((16, 33, 34, 56),),
    "SE": ((55, 70, 10, 25),),
    "SI": ((45, 47, 13, 17),),
    "SK": ((47, 50, 16, 23),),
    "TH": ((5, 21, 97, 106),),
    "TR": ((35, 43, 25, 45),),
    "UA": ((44, 53, 22, 41),),
    "US": ((17, 72, -180, -64),),
    "UZ": ((37, 46, 55, 74),),
    "ZA": ((-35, -22, 16, 33),),
}


def placed(location: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The location with its coordinates the right way round; one that is neither way in its
    country stays as it is, with a problem."""
    lat, lon, country = (location.get(name) for name in ("lat", "lon", "country"))
    boxes = BOXES.get(country) if isinstance(country, str) else None
    if boxes is None or not (isinstance(lat, int | float) and isinstance(lon, int | float)):
        return location, []
    if not (lat or lon):
        # Where geocoders put what they did not find: no place at all.
        return location, []
    if _is_within(boxes, lat, lon):
        return location, []
    shown = f"{lat:g}, {lon:g}"
    if _is_within(boxes, lon, lat):
        swapped = {**location, "lat": lon, "lon": lat}
        return swapped, [problem("coordinates_swapped", "location.lat", shown)]
    return location, [problem("coordinates_outside_country", "location.lat", shown)]


def _is_within(boxes: tuple[Box, ...], lat: float, lon: float) -> bool:
    return any(south <= lat <= north and west <= lon <= east for south, north, west, east in boxes)

"""Units of area in the spellings feeds use, and how many square metres each is."""

from functools import lru_cache

# Of the international yard and pound agreement of 1959: a foot is 0.3048 m.
SQUARE_FOOT = 0.3048**2
SQUARE_YARD = 9 * SQUARE_FOOT

SQUARE_METRES: dict[str, float] = {
    "m2": 1,
    "km2": 1_000_000,
    "sqft": SQUARE_FOOT,
    "sqyd": SQUARE_YARD,
    # NIST Handbook 44, appendix C: 43,560 square feet.
    "acre": 43_560 * SQUARE_FOOT,
    "hectare": 10_000,
    # Сотка, Ar: the hundredth of a hectare.
    "are": 100,
    # Декар, dönüm, dunam, stremma: today a tenth of a hectare everywhere.
    "decare": 1_000,
    # Australia, by its National Measurement Regulations: 100 square feet, 30¼ square yards, 1,210.
    "square": 100 * SQUARE_FOOT,
    "perch": 30.25 * SQUARE_YARD,
    "rood": 1_210 * SQUARE_YARD,
    # Japan's Measurement Act: 400/121 m².
    "tsubo": 400 / 121,
}

_SPELLINGS: dict[str, str] = {
    "m2": """
        m mt mts mtr mtrs m2 m² mt2 mts2 mq qm sqm sqmt sqmtr sqmtrs smq metre metres meter meters
        kvm metro metros metri squaremeter squaremeters squaremetre squaremetres sqmeter sqmeters
        sqmetre sqmetres quadratmeter quadratmetern metrosquadrados metroscuadrados metriquadri
        metriquadrati mètrescarrés mètrecarré m²habitables vierkantemeter м м2 м² квм квметр
        квметра квметров квметри квадратенметър квадратниметра квадратныйметр квадратныхметров
        кв метр метра метры метров τμ τετραγωνικάμέτρα متر مترمربع ㎡ 平方米
        """,
    "km2": "km2 km² sqkm км2 км²",
    "sqft": """
        ft ft2 ft² sf sqft sqfeet sqfoot squarefeet squarefoot feet foot feet2 piescuadrados pies2
        пк2 квфут квфута квфутов قدم قدممربع 平方尺
        """,
    "sqyd": "yd2 yd² sqyd sqyds sqyard sqyards squareyard squareyards yards",
    "acre": "ac acre acres acr акр акра акров акри",
    "hectare": """
        ha hectare hectares hektar hektare hectárea hectáreas hectarea hectareas hettaro ettaro
        ettari га ха гектар гектара гектаров гектары хектар хектара хектари εκτάριο εκτάρια
        """,
    "are": "a ar are ares área sotka sotkas ари ар ара аров сот сотка сотки соток сотох сотых",
    "decare": """
        daa dka decare decares dekar dönüm donum dunam dunams дка декар декара декари
        στρέμμα στρέμματα
        """,
    "square": "square squares",
    "perch": "perch perches",
    "rood": "rood roods",
    "tsubo": "tsubo 坪 평",
}
# Half the vendors who write "cот." have taken the first letter from the Latin alphabet.
_LOOK_ALIKES = str.maketrans("асеоркмтвхнδ", "aceopkmtbxhd")
_SEPARATORS = str.maketrans("", "", " .,_-/()[]\u00a0\u2009\u202f")


@lru_cache(maxsize=2048)
def unit_of(word: str) -> str | None:
    """A key of SQUARE_METRES; None for a word that is no unit of area."""
    return _UNITS.get(_key(word))


def _key(word: str) -> str:
    return word.casefold().replace("²", "2").translate(_SEPARATORS).translate(_LOOK_ALIKES)


_UNITS = {_key(word): unit for unit, words in _SPELLINGS.items() for word in words.split()}

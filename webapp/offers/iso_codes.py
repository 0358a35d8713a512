"""The code lists of countries (ISO 3166-1), currencies (ISO 4217) and languages (ISO 639-1), with
the other spellings vendors use for them."""

from functools import cache
from importlib import resources

import orjson


def _codes(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


COUNTRIES = _codes(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS YE YT ZA ZM ZW
    """
)
# BGN, HRK and those of the last line are withdrawn, yet feeds still carry amounts in them.
CURRENCIES = _codes(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN
    BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP
    ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD
    IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES
    VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    ATS BEF CYP DEM EEK ESP FIM FRF GRD IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK
    """
)
LANGUAGES = _codes(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht
    hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky
    la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny
    oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr
    ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi
    yo za zh zu
    """
)

# What no list of names has; the names themselves are in country_names.json.
COUNTRY_SPELLINGS: dict[str, str] = {
    "andorra": "AD",
    "austria": "AT",
    "österreich": "AT",
    "brasil": "BR",
    "brazil": "BR",
    "bulgaria": "BG",
    "българия": "BG",
    "croatia": "HR",
    "cyprus": "CY",
    "czech republic": "CZ",
    "czechia": "CZ",
    "deutschland": "DE",
    "el": "GR",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "bosnia": "BA",
    "macedonia": "MK",
    "македония": "MK",
    "u.a.e.": "AE",
    "оаэ": "AE",
    "emirates": "AE",
    "u.k.": "GB",
    "u.s.a.": "US",
    "united states of america": "US",
    "estados unidos de américa": "US",
    "рф": "RU",
    "russian federation": "RU",
    "российская федерация": "RU",
    "republic of ireland": "IE",
    "eire": "IE",
    "tschechische republik": "CZ",
    "república checa": "CZ",
    "república dominicana": "DO",
    "slovak republic": "SK",
    "republic of cyprus": "CY",
    "northern cyprus": "CY",
    "brd": "DE",
    "españa": "ES",
    "espagne": "ES",
    "espanha": "ES",
    "france": "FR",
    "francia": "FR",
    "germany": "DE",
    "gibraltar": "GI",
    "great britain": "GB",
    "greece": "GR",
    "ireland": "IE",
    "italia": "IT",
    "italy": "IT",
    "malta": "MT",
    "montenegro": "ME",
    "morocco": "MA",
    "netherlands": "NL",
    "nederland": "NL",
    "poland": "PL",
    "polska": "PL",
    "portugal": "PT",
    "romania": "RO",
    "russia": "RU",
    "россия": "RU",
    "schweiz": "CH",
    "spain": "ES",
    "spanien": "ES",
    "suisse": "CH",
    "switzerland": "CH",
    "turkey": "TR",
    "türkiye": "TR",
    "uae": "AE",
    "uk": "GB",
    "united arab emirates": "AE",
    "united kingdom": "GB",
    "united states": "US",
    "usa": "US",
}

CURRENCY_SPELLINGS: dict[str, str] = {
    "$": "USD",
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "dollar": "USD",
    "dollars": "USD",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "евро": "EUR",
    "dm": "DEM",
    "£": "GBP",
    "лв": "BGN",
    "лв.": "BGN",
    "лева": "BGN",
    "₽": "RUB",
    "rur": "RUB",
    "р": "RUB",
    "р.": "RUB",
    "₴": "UAH",
    "грн": "UAH",
    "грн.": "UAH",
    "₹": "INR",
    "¥": "JPY",
    "₪": "ILS",
    "₸": "KZT",
    "₾": "GEL",
    "ден": "MKD",
    "дин": "RSD",
    "din": "RSD",
    "sfr": "CHF",
    "fr.": "CHF",
    "dhs": "AED",
    "درهم": "AED",
    "د.إ": "AED",
    "руб": "RUB",
    "руб.": "RUB",
    "рублей": "RUB",
    "r$": "BRL",
    "kč": "CZK",
    "zł": "PLN",
    "ft": "HUF",
    "lei": "RON",
    "₺": "TRY",
    "tl": "TRY",
}

# Countries that vendors write where they mean a language; uk is Ukrainian, and stays so.
LANGUAGE_SPELLINGS: dict[str, str] = {
    "gb": "en",
    "us": "en",
    "ua": "uk",
    "cz": "cs",
    "gr": "el",
    "dk": "da",
    "cn": "zh",
    "jp": "ja",
    "castellano": "es",
    "valenciano": "ca",
    "flemish": "nl",
    "vlaams": "nl",
    "mandarin": "zh",
    "farsi": "fa",
    # Not in ISO 639-1 any more.
    "iw": "he",
    "in": "id",
}


@cache
def country_names() -> dict[str, str]:
    """Every country by its names in thirty languages and its three letters."""
    return _by_name("country_names.json") | COUNTRY_SPELLINGS


@cache
def language_names() -> dict[str, str]:
    """As above, for languages."""
    return _by_name("language_names.json") | LANGUAGE_SPELLINGS


def _by_name(file: str) -> dict[str, str]:
    """The names are those of Unicode's CLDR (Unicode License v3), folded; beside them stand the
    codes of ISO 3166-1 alpha-3 and ISO 639-2."""
    listed: dict[str, list[str]] = orjson.loads(
        resources.files(__package__).joinpath(file).read_bytes()
    )
    return {name: code for code, names in listed.items() for name in names}

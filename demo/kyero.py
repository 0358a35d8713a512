"""Write fictional offers as a Kyero v3 feed file, in one pass and in constant memory."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

from demo.offers import Feed, Flaw, Offer, offer_of, offers_of

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<root>
<kyero><feed_version>3</feed_version></kyero>
"""
TAIL = "</root>\n"
_BATCH = 500

_IMAGES = {
    count: "".join(
        f'<image id="{n}"><url>https://img.example/#/{n:02d}.jpg</url></image>\n'
        for n in range(1, count + 1)
    )
    for count in range(8, 21)
}


def write_kyero(
    path: Path,
    *,
    agency: str = "costa-clara",
    offers: int = 133,
    seed: int = 1,
    generation: int = 0,
    changed: float = 0.0,
    churn: float = 0.0,
    gone: int = 0,
    bad: float = 0.0,
    duplicates: bool = False,
) -> str:
    """Write the feed (see Feed for the parameters) and give its SHA-256 in hex."""
    feed = Feed(
        agency=agency,
        offers=offers,
        seed=seed,
        generation=generation,
        changed=changed,
        churn=churn,
        gone=gone,
        bad=bad,
    )
    return write_feed(path, feed, duplicates=duplicates)


def write_feed(path: Path, feed: Feed, *, duplicates: bool = False) -> str:
    """Write the feed and give its SHA-256 in hex; the file appears only when it is whole."""
    unfinished = path.with_name(path.name + ".part")
    digest = hashlib.sha256()
    with unfinished.open("wb") as file:
        for chunk in _chunks(feed, duplicates):
            digest.update(chunk)
            file.write(chunk)
    unfinished.replace(path)
    return digest.hexdigest()


def _chunks(feed: Feed, duplicates: bool) -> Iterator[bytes]:
    yield HEAD.encode()
    offers = offers_of(feed)
    while batch := list(islice(offers, _BATCH)):
        yield "".join([record(feed.agency, offer) for offer in batch]).encode()
    if duplicates:
        for first in islice(offers_of(feed), 1):
            other = offer_of(feed, feed.offers + 1)
            yield record(feed.agency, other._replace(external_id=first.external_id)).encode()
    yield TAIL.encode()


def record(agency: str, offer: Offer) -> str:
    """One <property> element, with the offer's flaw worked in."""
    number = offer.external_id
    site = f"https://www.{agency}.example"
    en, es, de = offer.texts
    identity = f"<id>{number}</id>\n"
    date = offer.updated_at.isoformat(sep=" ")
    price: int | str = offer.price
    kind = offer.kind
    latitude = f"{offer.lat:.6f}"
    if offer.flaw is not None:
        match offer.flaw:
            case Flaw.MISSING_ID:
                identity = ""
            case Flaw.TEXT_PRICE:
                price = "POA"
            case Flaw.UNKNOWN_TYPE:
                kind = "Lighthouse annexe"
            case Flaw.BROKEN_COORDINATES:
                latitude = f"1{latitude}"
            case Flaw.BAD_DATE:
                date = "2025-02-31 25:61:00"
    features = "".join([f"<feature>{escape(label)}</feature>\n" for label in offer.features])
    images = _IMAGES[offer.images].replace("#", number)
    return f"""<property>
{identity}<date>{date}</date>
<ref>{offer.reference}</ref>
<price>{price}</price>
<currency>EUR</currency>
<price_freq>{"month" if offer.rented else "sale"}</price_freq>
<part_ownership>0</part_ownership>
<leasehold>0</leasehold>
<new_build>{offer.new_build:d}</new_build>
<type>{kind}</type>
<town>{offer.town.name}</town>
<province>{offer.town.province}</province>
<country>spain</country>
<postcode>{offer.town.postcode}</postcode>
<location><latitude>{latitude}</latitude><longitude>{offer.lon:.6f}</longitude></location>
<location_detail>{offer.district}</location_detail>
<beds>{offer.beds}</beds>
<baths>{offer.baths}</baths>
<pool>{offer.pool:d}</pool>
<surface_area><built>{offer.built}</built><plot>{offer.plot}</plot></surface_area>
<energy_rating><consumption>{offer.energy}</consumption></energy_rating>
<url>
<en>{site}/en/{number}</en>
<es>{site}/es/{number}</es>
<de>{site}/de/{number}</de>
</url>
<desc>
<en>{escape(en)}</en>
<es>{escape(es)}</es>
<de>{escape(de)}</de>
</desc>
<features>
{features}</features>
<images>
{images}</images>
</property>
"""

"""The parts of an offer of which there may be many: texts, pictures, deals."""

from typing import Any

import pytest

from webapp.offers.mapping import Mapped, MappingDocument, compile_mapping


def mapped(record: Any, **parts: Any) -> Mapped:
    document = MappingDocument.model_validate(
        {"format": 1, "name": "own", "id": ["id"], "reading": {"container": "xml"}} | parts
    )
    return compile_mapping(document)(record)


PHOTOS = {
    "each": ["photos.photo", "photo"],
    "fields": {
        "kind": {"path": "@kind", "values": "kinds", "default": "image"},
        "url": {"paths": ["url", "."]},
    },
}


@pytest.mark.parametrize(
    "record",
    [
        {"photos": {"photo": {"url": "http://a.example/1"}}},
        {"photos": {"photo": [{"url": "http://a.example/1"}]}},
        {"photos": "", "photo": "http://a.example/1"},
        {"photo": [{"@id": "1", "#text": "http://a.example/1"}, ""]},
        {"photo": ["http://a.example/1", "http://a.example/1"]},
    ],
)
def test_one_or_many_elements_make_items(record: Any) -> None:
    assert mapped(record, media=[PHOTOS]).offer["media"] == [
        {"kind": "image", "url": "http://a.example/1", "position": 1}
    ]


def test_items_keep_the_vendors_order_over_all_blocks() -> None:
    video = {"each": ["video"], "fields": {"kind": {"constant": "video"}, "url": {"path": "."}}}
    made = mapped(
        {
            "photo": [{"url": "http://a.example/b"}, {"url": "http://a.example/a"}],
            "video": "http://a.example/v",
        },
        media=[PHOTOS, video],
    )
    assert [(m["kind"], m["url"][-1], m["position"]) for m in made.offer["media"]] == [
        ("image", "b", 1),
        ("image", "a", 2),
        ("video", "v", 3),
    ]


def test_several_items_may_stand_in_one_text() -> None:
    pictures = {"each": ["images"], "split": ";", "fields": {"url": {"path": "."}}}
    features = {"each": ["codes.code"], "split": ", ", "fields": {"label": {"path": "."}}}
    offer = mapped(
        {"images": "http://a.example/1; http://a.example/2;;", "codes": {"code": ["A, B", "C"]}},
        media=[pictures],
        features=[features],
    ).offer
    assert [medium["url"] for medium in offer["media"]] == [
        "http://a.example/1",
        "http://a.example/2",
    ]
    assert [feature["label"] for feature in offer["features"]] == ["A", "B", "C"]


def test_a_vendor_may_number_the_pictures_and_name_the_main_one() -> None:
    block = {
        "each": ["photo"],
        "fields": {
            "url": {"path": "."},
            "order": {"path": "@no"},
            "main": {"path": "@main"},
        },
    }
    photos = [
        {"@no": "10", "#text": "http://a.example/c"},
        {"#text": "http://a.example/d"},
        {"@no": "2", "#text": "http://a.example/b", "@main": "1"},
        {"@no": "1", "#text": "http://a.example/a"},
    ]
    media = mapped({"photo": photos}, media=[block]).offer["media"]
    assert [(medium["url"][-1], medium["position"]) for medium in media] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
        ("d", 4),
    ]
    assert [medium["url"][-1] for medium in media if medium.get("main")] == ["b"]
    assert not any("order" in medium for medium in media)


def test_media_without_a_kind_get_it_from_their_address() -> None:
    block = {"each": ["file"], "fields": {"url": {"path": "."}}}
    files = [
        "http://a.example/1.JPG?v=2.pdf",
        "http://a.example/show?id=4",
        "http://a.example/film.mp4",
        "https://www.youtube.com/watch?v=x",
        "https://my.matterport.com/show/?m=1",
        "http://a.example/plan.PDF#page=2",
        "http://youtube.com.example/1.png",
    ]
    media = mapped({"file": files}, media=[block]).offer["media"]
    assert [medium["kind"] for medium in media] == [
        "image",
        "image",
        "video",
        "video",
        "tour",
        "document",
        "image",
    ]


def test_an_item_without_what_makes_it_one_is_left_out() -> None:
    assert mapped({"photo": [{"@kind": "plan"}, ""]}, media=[PHOTOS]).offer["media"] == []


def test_one_record_may_hold_a_sale_and_a_rent() -> None:
    sale = {"fields": {"deal": {"constant": "sale"}, "amount": {"path": "sale_price"}}}
    rent = {
        "when": {"path": "rent_price", "exists": True},
        "fields": {
            "deal": {"constant": "rent"},
            "amount": {"path": "rent_price"},
            "period": {"constant": "month"},
        },
    }
    record = {"sale_price": "250000", "rent_price": "1.200"}
    assert mapped(record, deals=[sale, rent]).offer["deals"] == [
        {"deal": "sale", "amount": 250000},
        {"deal": "rent", "amount": 1200, "period": "month"},
    ]
    assert len(mapped({"sale_price": "1"}, deals=[sale, rent]).offer["deals"]) == 1


LANGUAGES = {"by_language": {"title": "title", "description": "desc"}}


def test_children_named_by_language_become_texts() -> None:
    record = {
        "title": {"en": "Villa", "@count": "2"},
        "desc": {"en": "<p>Nice</p>", "pt_br": ["", "Bonito"], "de": ""},
    }
    assert mapped(record, texts=[LANGUAGES]).offer["texts"] == [
        {"title": "Villa", "description": "<p>Nice</p>", "plain": "Nice", "lang": "en"},
        {"description": "Bonito", "plain": "Bonito", "lang": "pt-BR"},
    ]


def test_a_text_of_unknown_language_is_kept_and_reported() -> None:
    made = mapped({"desc": {"qq": "Words", "en": "Words"}}, texts=[LANGUAGES])
    assert [text["lang"] for text in made.offer["texts"]] == ["und", "en"]
    assert [(problem.code, problem.raw) for problem in made.problems] == [
        ("unknown_language", "qq")
    ]


def test_a_text_without_language_is_no_problem() -> None:
    made = mapped({"desc": "Words", "title": ""}, texts=[LANGUAGES])
    assert made.offer["texts"] == [{"description": "Words", "plain": "Words", "lang": "und"}]
    assert made.problems == []


def test_texts_may_be_elements_that_say_their_language() -> None:
    block = {
        "each": ["text"],
        "fields": {"lang": {"path": "@lang"}, "description": {"path": "."}},
    }
    record = {"text": [{"@lang": "bg", "#text": "Къща"}, "House"]}
    assert mapped(record, texts=[block]).offer["texts"] == [
        {"lang": "bg", "description": "Къща", "plain": "Къща"},
        {"lang": "und", "description": "House", "plain": "House"},
    ]


def test_a_failing_expression_costs_only_its_block() -> None:
    broken = {"each": ["abs(photo)"], "fields": {"url": {"path": "."}}}
    made = mapped({"photo": "http://a.example/1"}, media=[broken, PHOTOS])
    assert len(made.offer["media"]) == 1
    assert [(problem.code, problem.field) for problem in made.problems] == [
        ("rule_failed", "media")
    ]

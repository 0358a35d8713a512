"""Texts as vendors write them, cleaned."""

from typing import Any

import pytest

from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.texts import RichText, html, lower, repair, text, upper


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  Sea \n\t views ", "Sea views"),
        ("Café &amp; bar", "Café & bar"),
        ("Café &amp;amp; bar", "Café & bar"),
        ("Q&A", "Q&A"),
        ("a\x00b\x07c", "abc"),
        ("half \ud800 pair", "half pair"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        ("   ", None),
        ("Not  Specified", None),
        ("ENDEREÇO NÃO INFORMADO", None),
        ("None", None),
        ("-", None),
        ("None of the usual flats", "None of the usual flats"),
        ("0", "0"),
    ],
)
def test_a_text_is_one_clean_line(given: Any, expected: str | None) -> None:
    assert text(given) == expected


@pytest.mark.parametrize("bad", [True, None, ["a"], {"a": "b"}])
def test_what_is_no_text_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue) as refused:
        text(bad)
    assert refused.value.code == "bad_value"


def test_a_long_text_is_cut_and_said_so() -> None:
    with pytest.raises(BadValue) as cut:
        text("abc def", max_length=4)
    assert (cut.value.code, cut.value.kept) == ("text_cut", "abc")


def _twice(original: str, misread_as: str) -> str:
    return original.encode().decode(misread_as)


@pytest.mark.parametrize("misread_as", ["latin-1", "cp1252"])
@pytest.mark.parametrize("original", ["Grundstück", "Château d’été, très", "‘Köln’ 5 €"])
def test_a_text_encoded_twice_is_repaired(original: str, misread_as: str) -> None:
    with pytest.raises(BadValue) as repaired:
        repair(_twice(original, misread_as))
    assert (repaired.value.code, repaired.value.kept) == ("repaired_text", original)


@pytest.mark.parametrize("original", ["Тристаен апартамент", "Διαμέρισμα", "شقة للبيع"])
def test_other_alphabets_encoded_twice_are_repaired(original: str) -> None:
    with pytest.raises(BadValue) as repaired:
        repair(_twice(original, "latin-1"))
    assert repaired.value.kept == original


def test_a_letter_whose_half_is_white_space_is_repaired() -> None:
    with pytest.raises(BadValue) as repaired:
        repair(_twice("de 5 à", "latin-1"))
    assert repaired.value.kept == "de 5 à"


@pytest.mark.parametrize(
    "fine",
    [
        "Grundstück",
        "ESPAÑA",
        "São Paulo, BRASÍLIA",
        "CORAÇÃO “belo” – À LOUER, PROPRIÉTÉ",
        "Ático con vistas, ÂNGULO",
        "Квартира в „Роза“",
        "Διαμέρισμα στην Αθήνα",
        "İstanbul, Şişli, Đakovo",
        "شقة للبيع",
        "ÎLE DE RÉ – Ïle",
        "plain",
        "Ålesund",
        5,
        None,
    ],
)
def test_a_text_that_is_right_is_left_alone(fine: Any) -> None:
    assert repair(fine) == fine


def test_letters_that_are_lost_are_reported() -> None:
    with pytest.raises(BadValue) as garbled:
        repair("zu Fu\ufffd zum Strand")
    assert (garbled.value.code, garbled.value.kept) == ("garbled_text", "zu Fu\ufffd zum Strand")


def test_plain_text_keeps_its_lines_and_shows_its_signs() -> None:
    rich = html("First line &amp; more\r\n\r\n\r\n\r\nsecond 2 > 1 ")
    assert rich == RichText(
        "First line &amp; more<br><br>second 2 &gt; 1", "First line & more\n\nsecond 2 > 1"
    )


def test_html_keeps_harmless_tags_only() -> None:
    rich = html(
        '<p style="color:red" onclick="x()">Big <b class="a">garden</b></p>'
        '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">link</a>'
    )
    assert rich == RichText("<p>Big <b>garden</b></p>link", "Big garden\nlink")


def test_html_that_was_escaped_is_cleaned_as_well() -> None:
    rich = html("&lt;p&gt;Big&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;#13;")
    assert rich == RichText("<p>Big</p>", "Big")


def test_list_items_are_lines_of_the_plain_text() -> None:
    assert html("<ul><li>one</li><li>two</li></ul>") == RichText(
        "<ul><li>one</li><li>two</li></ul>", "one\ntwo"
    )


@pytest.mark.parametrize("empty", ["", "  ", "<p> </p>", "<br/>", "&nbsp;"])
def test_html_without_words_is_nothing(empty: str) -> None:
    assert html(empty) is None


def test_case_can_be_changed() -> None:
    assert (upper("Été"), lower("ÉTÉ")) == ("ÉTÉ", "été")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("Sea &amp;amp; sun", "Sea & sun"),
        ("Sea&#13;&#10;sun&amp;#13;", "Sea\nsun"),
        ("• pool\n• garden", "• pool\n• garden"),
        ("<p>One</p>\n<p>Two<br/>Three</p>", "One\n\nTwo\nThree"),
        ("&lt;b&gt;Big&lt;/b&gt; &amp;nbsp; house", "Big house"),
    ],
)
def test_plain_text_reads_as_the_vendor_meant_it(given: str, plain: str) -> None:
    rich = html(given)
    assert rich is not None
    assert rich.plain == plain

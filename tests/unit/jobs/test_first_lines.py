"""What people see of an answer that is no feed."""

import pytest

from jobs.first_lines import first_lines


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (b"one\n\n  two \r\nthree", ["one", "two", "three"]),
        (b"<a><b>1</b><c/></a>", ["<a>", "<b>1</b>", "<c/>", "</a>"]),
        ("caf\u00e9".encode()[:-1], ["caf"]),
        (b"caf\xe9 au lait", ["caf\u00e9 au lait"]),
        ("na\u00efve".encode("utf-16"), ["na\u00efve"]),
        (b"PK\x03\x04\0\0\0", []),
        (b"", []),
    ],
)
def test_texts_are_shown_by_lines_and_other_files_are_not(head: bytes, shown: list[str]) -> None:
    assert first_lines(head, ()) == shown


def test_only_a_few_short_lines_are_shown() -> None:
    lines = first_lines(b"\n".join([b"x" * 900] * 30), ())
    assert len(lines) == 8 and {len(line) for line in lines} == {200}


@pytest.mark.parametrize(
    "said",
    [
        "no access with password=h1dden!",
        '{"user": "anna", "api_key": "h1dden!"}',
        "<accessToken>h1dden!</accessToken>",
        "see https://vendor:h1dden!@feeds.example/x.xml",
        "see https://feeds.example/x.xml?token=h1dden!&page=2",
        "you sent h1dden!",
    ],
)
def test_secrets_are_hidden(said: str) -> None:
    [line] = (
        first_lines(said.encode(), {"h1dden!"})
        if "sent" in said
        else first_lines(said.encode(), ())
    )
    assert "h1dden!" not in line and "***" in line

"""No secret is left in an address that is shown."""

import pytest

from webapp.masking import masked_path, masked_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.example.com/feed.xml", "https://www.example.com/feed.xml"),
        ("https://ann:pw@www.example.com:8443/f", "https://***@www.example.com:8443/f"),
        ("https://ann:p@ss@www.example.com/f", "https://***@www.example.com/f"),
        ("ftp://ann@files.example.com/f", "ftp://***@files.example.com/f"),
        ("https://a.example/f?agency=7&API_Key=s3", "https://a.example/f?agency=7&API_Key=***"),
        ("https://a.example/f?password=s3&b=", "https://a.example/f?password=***&b="),
        ("https://a.example/f?access_token=s3#s3", "https://a.example/f?access_token=***"),
        ("https://a.example/f?X-Amz-Signature=s3", "https://a.example/f?X-Amz-Signature=***"),
        ("https://a.example/f?client%5Fsecret=s3", "https://a.example/f?client_secret=***"),
        ("https://a.example/f?date=2026-11-20,x", "https://a.example/f?date=2026-11-20,x"),
        (
            "https://a.example/o?ListingKey={id}&key=s3",
            "https://a.example/o?ListingKey={id}&key=***",
        ),
        (" https://[::1]:80/f ", "https://[::1]:80/f"),
        ("https://[broken/f?key=s3", "(an address that cannot be read)"),
        ("", ""),
    ],
)
def test_secrets_in_an_address_are_masked(url: str, shown: str) -> None:
    assert masked_url(url) == shown


def test_a_name_known_to_carry_a_secret_is_masked_too() -> None:
    shown = masked_url("https://a.example/f?k=s3&n=1", secret_names=frozenset({"k"}))
    assert shown == "https://a.example/f?k=***&n=1"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ftp://files.example/out/offers-?.xml", "ftp://files.example/out/offers-?.xml"),
        ("sftp://lirio:p@ss@files.example:22/out/*.xml", "sftp://***@files.example:22/out/*.xml"),
        ("ftp://lirio:20#s3@files.example/out/", "ftp://***@files.example/out/"),
        ("sftp://lirio:20?s3@files.example/out/", "sftp://***@files.example/out/"),
        ("ftps://lirio@files.example/out/?key=1", "ftps://***@files.example/out/?key=1"),
    ],
)
def test_a_pattern_of_files_stays_readable_without_its_login(address: str, shown: str) -> None:
    assert masked_url(address) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/hooks/door1/guide/s1gned", "/hooks/door1/guide/***"),
        ("/hooks/door1/guide/s1gned/deliveries/7", "/hooks/door1/guide/***/deliveries/7"),
        ("/hooks/door1/validate", "/hooks/door1/validate"),
        ("/sources/4/guide/x", "/sources/4/guide/x"),
    ],
)
def test_a_signed_link_in_a_path_is_masked(path: str, shown: str) -> None:
    assert masked_path(path) == shown
    assert masked_url(f"https://offers.example{path}") == f"https://offers.example{shown}"

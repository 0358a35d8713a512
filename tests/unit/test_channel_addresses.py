"""What counts as a place for messages, and what of it is shown again."""

import pytest

from webapp.channel_addresses import AddressRefused, checked_address, mailboxes_in, service_of

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
DISCORD = "https://discord.com/api/webhooks/1234567890123/abcdefghijklmnopqrstuvwxyz"
TEAMS = (
    "https://prod-01.westeurope.logic.azure.com:443/workflows/643e69f83c8944438d68119179a10a64"
    "/triggers/manual/paths/invoke?api-version=2016-06-01&sp=x&sv=1.0&sig=s3cretsig"
)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("office@serena.example", "email"),
        ("mailtos://ops:s3cret@mail.serena.example?to=office@serena.example", "email"),
        (SLACK, "slack"),
        (DISCORD, "discord"),
        (TEAMS, "teams"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "telegram"),
        ("ntfys://ntfy.serena.example/serena-alerts", "ntfy"),
        ("https://serena.example/hooks/s3cret?key=s3cret", "webhook"),
        ("jsons://ops:s3cret@serena.example/in", "webhook"),
    ],
)
def test_the_service_is_known_by_its_address_and_no_secret_is_shown(typed: str, kind: str) -> None:
    address = checked_address(typed)
    assert address.kind == kind
    shown = address.masked
    assert not any(secret in shown for secret in ("s3cret", "abcdefg", "TIiajkdn", "serena-alerts"))


def test_several_mailboxes_are_one_channel() -> None:
    address = checked_address(" office@serena.example, una@serena.example ")
    assert address.url == "mailto:office@serena.example,una@serena.example"
    assert address.masked == "office@serena.example, una@serena.example"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "somewhere",
        "office@serena",
        "a@b.example?to=c@d.example",
        "a@b.example&mode=insecure",
        "syslog://",
        "exec://echo",
        "file:///etc/passwd",
        "dbus://",
        "windows://",
        "macosx://",
        "mqtt://127.0.0.1/topic",
        "apprise://127.0.0.1/token",
        "tgram://nothing",
        "tgram://123456789:abcdefg_hijklmnop/12315544/?",
        "https://",
        "https://exa mple/\nBcc: x",
        "workflows://host/a/b?template=/etc/passwd",
        "mailtos://a:b@c.example?pgp=sign&pgpprv=/etc/ssl/key",
        "workflows://host.example/a/b/#?template=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#sales?template=/etc/passwd",
        "discord://1234567890123/abcdefghijklmnopqrstuvwxyz/#?template=/etc/passwd",
        "tgram://123456789:abcdefg_hijklmnop/12315544/#?template=/etc/passwd",
        f"{DISCORD}?wait=1;template=/etc/passwd",
        f"{TEAMS};template=http://127.0.0.1/",
        "https://e.example/" + "x" * 3_000,
    ],
)
def test_what_runs_programs_reads_files_or_leads_nowhere_is_refused(typed: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        checked_address(typed)
    assert str(refused.value).endswith(".")


def test_the_query_of_an_own_server_is_passed_on() -> None:
    plugin = service_of(checked_address("https://serena.example/in?key=a%20b&x=1").url)
    assert plugin is not None
    assert getattr(plugin, "params") == {"key": "a b", "x": "1"}  # noqa: B009


@pytest.mark.parametrize(
    ("typed", "boxes"),
    [
        ("office@serena.example", "office@serena.example"),
        ("mailto://ops:s3cret@mail.serena.example?to=office@serena.example", ""),
        ("mailtos://ops:s3cret@mail.serena.example?to=office@serena.example", ""),
        ("jsons://ops:s3cret@serena.example/in", ""),
    ],
)
def test_only_plain_mailboxes_go_through_the_mail_server_of_offerdock(
    typed: str, boxes: str
) -> None:
    assert mailboxes_in(checked_address(typed).url) == boxes

"""Sending a delivery from a shell: openssl signs, curl sends."""

from urllib.parse import quote

from webapp.hooks.examples.body import SampleBody
from webapp.webhooks import WebhookSettings

# What stands before the 32 bytes of an Ed25519 key in PKCS #8, as printf writes it.
_KEY_HEAD = r"\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040"


def curl_example(settings: WebhookSettings, url: str, body: SampleBody) -> str:
    lines, options = _signing(settings)
    if settings.message_id_header and not settings.scheme.startswith("standard-webhooks"):
        options.append(_header(settings.message_id_header, "", "$(openssl rand -hex 16)"))
    return "\n".join(
        [
            f"URL={_text(url)}",
            "SECRET='YOUR_SECRET'",
            f"BODY={_text(body.text)}",
            "",
            *lines,
            *([""] if lines else []),
            'curl -X POST "$URL" \\',
            f"  -H 'Content-Type: {body.content_type}' \\",
            *(f"  {option} \\" for option in options),
            '  --data-binary "$BODY"',
            "",
        ]
    )


def _signing(settings: WebhookSettings) -> tuple[list[str], list[str]]:
    """What comes before, and the options of curl."""
    match settings.scheme:
        case "api-key" if settings.location == "query":
            return [], [f'--url-query {_text(quote(settings.key_name) + "=")}"$SECRET"']
        case "api-key":
            return [], [_header(settings.key_name, settings.prefix, "$SECRET")]
        case "basic":
            return [], [f'-u {_text(settings.username + ":")}"$SECRET"']
        case "hmac":
            digest = f'openssl dgst -{settings.algorithm} -hmac "$SECRET"'
            return [
                "SIGNATURE=$(printf '%s' \"$BODY\" |",
                f"  {_written(digest, settings.encoding)})",
            ], [_header(settings.header, settings.prefix, "$SIGNATURE")]
        case "timestamped-hmac":
            digest = f'openssl dgst -{settings.algorithm} -hmac "$SECRET"'
            return [
                "SENT_AT=$(date +%s)",
                f"SIGNATURE=$(printf '%s' \"$SENT_AT{settings.separator}$BODY\" |",
                f"  {_written(digest, settings.encoding)})",
            ], [_header(settings.header, "", "t=$SENT_AT,v1=$SIGNATURE")]
    version = "v1" if settings.scheme == "standard-webhooks" else "v1a"
    return [
        'MESSAGE_ID="msg_$(openssl rand -hex 16)"',
        "SENT_AT=$(date +%s)",
        *_standard_signature(settings),
    ], [
        _header("webhook-id", "", "$MESSAGE_ID"),
        _header("webhook-timestamp", "", "$SENT_AT"),
        _header("webhook-signature", "", f"{version},$SIGNATURE"),
    ]


def _standard_signature(settings: WebhookSettings) -> list[str]:
    signed = "printf '%s' \"$MESSAGE_ID.$SENT_AT.$BODY\""
    if settings.scheme == "standard-webhooks":
        return [
            "KEY=$(printf '%s' \"${SECRET#whsec_}\" | openssl base64 -d -A | od -An -v -tx1 | "
            "tr -d ' \\n')",
            f"SIGNATURE=$({signed} |",
            '  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)',
        ]
    return [
        f"{{ printf '{_KEY_HEAD}'",
        "  printf '%s' \"${SECRET#whsk_}\" | openssl base64 -d -A | head -c 32; } > key.der",
        f"{signed} > signed.txt",
        "SIGNATURE=$(openssl pkeyutl -sign -rawin -keyform DER -inkey key.der -in signed.txt |",
        "  openssl base64 -A)",
    ]


def _written(digest: str, encoding: str) -> str:
    if encoding == "hex":
        return f"{digest} -r | cut -d' ' -f1"
    tail = "" if encoding == "base64" else " | tr '+/' '-_'"
    return f"{digest} -binary | openssl base64 -A{tail}"


def _header(name: str, prefix: str, value: str) -> str:
    """`value` is left to the shell, name and prefix are not."""
    return f'-H {_text(f"{name}: {prefix}")}"{value}"'


def _text(text: str) -> str:
    """As a literal of the language."""
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"

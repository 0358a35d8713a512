"""Sending a delivery with Node.js and nothing else."""

import json

from webapp.hooks.examples.body import SampleBody
from webapp.webhooks import WebhookSettings

# What stands before the 32 bytes of an Ed25519 key in PKCS #8.
_KEY_HEAD = "302e020100300506032b657004220420"


def node_example(settings: WebhookSettings, url: str, body: SampleBody) -> str:
    lines = _signing(settings)
    if settings.message_id_header and not settings.scheme.startswith("standard-webhooks"):
        lines.append(f"headers[{_text(settings.message_id_header)}] = crypto.randomUUID();")
    return "\n".join(
        [
            *(['import crypto from "node:crypto";', ""] if "crypto" in "".join(lines) else []),
            f"const url = new URL({_text(url)});",
            'const secret = "YOUR_SECRET";',
            f"const body = {_text(body.text)};",
            f'const headers = {{ "Content-Type": "{body.content_type}" }};',
            "",
            *lines,
            "",
            'const answer = await fetch(url, { method: "POST", headers, body });',
            "console.log(answer.status, await answer.text());",
            "",
        ]
    )


def _signing(settings: WebhookSettings) -> list[str]:
    match settings.scheme:
        case "api-key" if settings.location == "query":
            return [f"url.searchParams.set({_text(settings.key_name)}, secret);"]
        case "api-key":
            return [f"headers[{_text(settings.key_name)}] = {_after(settings.prefix)}secret;"]
        case "basic":
            return [
                f"const login = Buffer.from({_text(settings.username + ':')} + secret);",
                'headers["Authorization"] = "Basic " + login.toString("base64");',
            ]
        case "hmac":
            return [
                "const signature = crypto",
                f'  .createHmac("{settings.algorithm}", secret)',
                "  .update(body)",
                f'  .digest("{settings.encoding}");',
                f"headers[{_text(settings.header)}] = {_after(settings.prefix)}signature;",
            ]
        case "timestamped-hmac":
            return [
                "const sentAt = String(Math.floor(Date.now() / 1000));",
                "const signature = crypto",
                f'  .createHmac("{settings.algorithm}", secret)',
                f"  .update(sentAt + {_text(settings.separator)} + body)",
                f'  .digest("{settings.encoding}");',
                f"headers[{_text(settings.header)}] = `t=${{sentAt}},v1=${{signature}}`;",
            ]
    return [
        'const messageId = "msg_" + crypto.randomUUID();',
        "const sentAt = String(Math.floor(Date.now() / 1000));",
        "const signed = `${messageId}.${sentAt}.${body}`;",
        *_standard_signature(settings),
        'headers["webhook-id"] = messageId;',
        'headers["webhook-timestamp"] = sentAt;',
        'headers["webhook-signature"] = signature;',
    ]


def _standard_signature(settings: WebhookSettings) -> list[str]:
    if settings.scheme == "standard-webhooks":
        return [
            'const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");',
            "const signature =",
            '  "v1," + crypto.createHmac("sha256", key).update(signed).digest("base64");',
        ]
    return [
        'const seed = Buffer.from(secret.replace(/^whsk_/, ""), "base64").subarray(0, 32);',
        f'const head = Buffer.from("{_KEY_HEAD}", "hex");',
        "const key = crypto.createPrivateKey({",
        '  key: Buffer.concat([head, seed]), format: "der", type: "pkcs8",',
        "});",
        "const signature =",
        '  "v1a," + crypto.sign(null, Buffer.from(signed), key).toString("base64");',
    ]


def _after(prefix: str) -> str:
    return f"{_text(prefix)} + " if prefix else ""


def _text(text: str) -> str:
    """As a literal of the language."""
    literal = json.dumps(text, ensure_ascii=False)
    if '"' not in text:
        return literal
    inner = literal[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"

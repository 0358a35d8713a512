"""Sending a delivery with Python's own library."""

import json

from webapp.hooks.examples.body import SampleBody
from webapp.webhooks import WebhookSettings


def python_example(settings: WebhookSettings, url: str, body: SampleBody) -> str:
    modules = {"urllib.error", "urllib.request"}
    lines = _signing(settings, modules)
    if settings.message_id_header and not settings.scheme.startswith("standard-webhooks"):
        modules.add("uuid")
        lines.append(f"headers[{_text(settings.message_id_header)}] = str(uuid.uuid4())")
    own = [module for module in sorted(modules) if module != "ed25519"]
    imports = [f"import {module}" for module in own]
    if "ed25519" in modules:
        imports += [
            "",
            "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey",
        ]
    return "\n".join(
        [
            *imports,
            "",
            f"url = {_text(url)}",
            'secret = "YOUR_SECRET"',
            f"body = {_text(body.text)}.encode()",
            f'headers = {{"Content-Type": "{body.content_type}"}}',
            "",
            *lines,
            "",
            'request = urllib.request.Request(url, body, headers, method="POST")',
            "try:",
            "    with urllib.request.urlopen(request, timeout=30) as answer:",
            "        print(answer.status, answer.read().decode())",
            "except urllib.error.HTTPError as error:",
            "    print(error.code, error.read().decode())",
            "",
        ]
    )


def _signing(settings: WebhookSettings, modules: set[str]) -> list[str]:
    match settings.scheme:
        case "api-key" if settings.location == "query":
            modules.add("urllib.parse")
            return [f'url += "?" + urllib.parse.urlencode({{{_text(settings.key_name)}: secret}})']
        case "api-key":
            return [f"headers[{_text(settings.key_name)}] = {_after(settings.prefix)}secret"]
        case "basic":
            modules.add("base64")
            return [
                f"login = {_text(settings.username + ':')} + secret",
                'headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()',
            ]
        case "hmac":
            return [
                *_digest(settings, "body", modules),
                f"headers[{_text(settings.header)}] = {_after(settings.prefix)}signature",
            ]
        case "timestamped-hmac":
            modules.add("time")
            return [
                "sent_at = str(int(time.time()))",
                f"signed = (sent_at + {_text(settings.separator)}).encode() + body",
                *_digest(settings, "signed", modules),
                f'headers[{_text(settings.header)}] = f"t={{sent_at}},v1={{signature}}"',
            ]
    modules |= {"base64", "time", "uuid"}
    lines = [
        'message_id = f"msg_{uuid.uuid4()}"',
        "sent_at = str(int(time.time()))",
        'signed = f"{message_id}.{sent_at}.".encode() + body',
    ]
    if settings.scheme == "standard-webhooks":
        modules |= {"hashlib", "hmac"}
        version = "v1"
        lines += [
            'key = base64.b64decode(secret.removeprefix("whsec_"))',
            "signature = hmac.new(key, signed, hashlib.sha256).digest()",
        ]
    else:
        modules.add("ed25519")
        version = "v1a"
        lines += [
            'seed = base64.b64decode(secret.removeprefix("whsk_"))[:32]',
            "signature = Ed25519PrivateKey.from_private_bytes(seed).sign(signed)",
        ]
    return [
        *lines,
        'headers["webhook-id"] = message_id',
        'headers["webhook-timestamp"] = sent_at',
        f'headers["webhook-signature"] = "{version}," + base64.b64encode(signature).decode()',
    ]


def _digest(settings: WebhookSettings, signed: str, modules: set[str]) -> list[str]:
    modules |= {"hashlib", "hmac"}
    digest = f"hmac.new(secret.encode(), {signed}, hashlib.{settings.algorithm})"
    if settings.encoding == "hex":
        return [f"signature = {digest}.hexdigest()"]
    modules.add("base64")
    encode = "b64encode" if settings.encoding == "base64" else "urlsafe_b64encode"
    return [f"digest = {digest}.digest()", f"signature = base64.{encode}(digest).decode()"]


def _after(prefix: str) -> str:
    return f"{_text(prefix)} + " if prefix else ""


def _text(text: str) -> str:
    """As a literal of the language."""
    return repr(text) if '"' in text else json.dumps(text, ensure_ascii=False)

"""Sending a delivery with PHP and its curl extension."""

from webapp.hooks.examples.body import SampleBody
from webapp.webhooks import WebhookSettings


def php_example(settings: WebhookSettings, url: str, body: SampleBody) -> str:
    lines = _signing(settings)
    if settings.message_id_header and not settings.scheme.startswith("standard-webhooks"):
        name = _text(settings.message_id_header + ": ")
        lines.append(f"$headers[] = {name} . bin2hex(random_bytes(16));")
    return "\n".join(
        [
            "<?php",
            f"$url = {_text(url)};",
            "$secret = 'YOUR_SECRET';",
            f"$body = {_text(body.text)};",
            f"$headers = ['Content-Type: {body.content_type}'];",
            "",
            *lines,
            "",
            "$request = curl_init($url);",
            "curl_setopt_array($request, [",
            "    CURLOPT_POSTFIELDS => $body,",
            "    CURLOPT_HTTPHEADER => $headers,",
            "    CURLOPT_RETURNTRANSFER => true,",
            "    CURLOPT_TIMEOUT => 30,",
            "]);",
            "$answer = curl_exec($request);",
            "echo curl_getinfo($request, CURLINFO_RESPONSE_CODE), ' ', $answer, \"\\n\";",
            "",
        ]
    )


def _signing(settings: WebhookSettings) -> list[str]:
    match settings.scheme:
        case "api-key" if settings.location == "query":
            return [f"$url .= '?' . http_build_query([{_text(settings.key_name)} => $secret]);"]
        case "api-key":
            name = _text(f"{settings.key_name}: {settings.prefix}")
            return [f"$headers[] = {name} . $secret;"]
        case "basic":
            login = f"{_text(settings.username + ':')} . $secret"
            return [f"$headers[] = 'Authorization: Basic ' . base64_encode({login});"]
        case "hmac":
            name = _text(f"{settings.header}: {settings.prefix}")
            return [
                f"$signature = {_digest(settings, '$body')};",
                f"$headers[] = {name} . $signature;",
            ]
        case "timestamped-hmac":
            signed = f"$sentAt . {_text(settings.separator)} . $body"
            name = _text(settings.header + ": t=")
            return [
                "$sentAt = (string) time();",
                f"$signature = {_digest(settings, signed)};",
                f"$headers[] = {name} . $sentAt . ',v1=' . $signature;",
            ]
    return [
        "$messageId = 'msg_' . bin2hex(random_bytes(16));",
        "$sentAt = (string) time();",
        '$signed = "$messageId.$sentAt.$body";',
        *_standard_signature(settings),
        '$headers[] = "webhook-id: $messageId";',
        '$headers[] = "webhook-timestamp: $sentAt";',
        '$headers[] = "webhook-signature: $signature";',
    ]


def _standard_signature(settings: WebhookSettings) -> list[str]:
    if settings.scheme == "standard-webhooks":
        return [
            "$key = base64_decode(preg_replace('/^whsec_/', '', $secret));",
            "$signature = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));",
        ]
    return [
        "$seed = substr(base64_decode(preg_replace('/^whsk_/', '', $secret)), 0, 32);",
        "$key = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair($seed));",
        "$signature = 'v1a,' . base64_encode(sodium_crypto_sign_detached($signed, $key));",
    ]


def _digest(settings: WebhookSettings, signed: str) -> str:
    if settings.encoding == "hex":
        return f"hash_hmac('{settings.algorithm}', {signed}, $secret)"
    digest = f"base64_encode(hash_hmac('{settings.algorithm}', {signed}, $secret, true))"
    return digest if settings.encoding == "base64" else f"strtr({digest}, '+/', '-_')"


def _text(text: str) -> str:
    """As a literal of the language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

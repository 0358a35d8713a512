"""How a webhook's deliveries prove where they come from, in steps for a developer. What stands
between backquotes is code."""

from flask_babel import gettext as _

from webapp.webhooks import WebhookSettings


def signing_steps(settings: WebhookSettings) -> list[str]:
    match settings.scheme:
        case "api-key" if settings.location == "query":
            return [
                _(
                    "Send the secret as the parameter `%(name)s` of the address, percent-encoded.",
                    name=settings.key_name,
                ),
                _("Addresses tend to end up in logs: keep this one out of yours."),
            ]
        case "api-key":
            return [_key_in_header(settings)]
        case "basic":
            return [
                _(
                    "Use HTTP basic authentication: the user name is `%(name)s`, the password is "
                    "the secret.",
                    name=settings.username,
                )
            ]
        case "hmac":
            return [*_hmac(settings), _raw_bytes()]
        case "timestamped-hmac":
            return [*_timestamped(settings), _raw_bytes(), _clock(settings)]
    return [*_standard(settings), _raw_bytes(), _clock(settings)]


def scheme_name(settings: WebhookSettings) -> str:
    names = {
        "api-key": _("API key"),
        "basic": _("HTTP basic authentication"),
        "hmac": _("HMAC of the body"),
        "timestamped-hmac": _("HMAC of time and body"),
        "standard-webhooks": _("Standard Webhooks (v1)"),
        "standard-webhooks-ed25519": _("Standard Webhooks (v1a, Ed25519)"),
    }
    return str(names[settings.scheme])


def _key_in_header(settings: WebhookSettings) -> str:
    if settings.prefix:
        return str(
            _(
                "Send the secret after `%(prefix)s` in the header `%(name)s`.",
                prefix=settings.prefix,
                name=settings.key_name,
            )
        )
    return str(_("Send the secret as it is in the header `%(name)s`.", name=settings.key_name))


def _hmac(settings: WebhookSettings) -> list[str]:
    words = _(
        "Compute HMAC-%(algorithm)s over the raw body. The key is the secret as it is, in UTF-8.",
        algorithm=settings.algorithm.upper().replace("SHA", "SHA-"),
    )
    named = {"name": settings.header, "encoding": _encoding(settings)}
    if settings.prefix:
        return [
            words,
            _(
                "Send it in %(encoding)s after `%(prefix)s` in the header `%(name)s`.",
                prefix=settings.prefix,
                **named,
            ),
        ]
    return [words, _("Send it in %(encoding)s in the header `%(name)s`.", **named)]


def _timestamped(settings: WebhookSettings) -> list[str]:
    return [
        _(
            "Join the time in seconds since 1970, “`%(separator)s`” and the raw body, and compute "
            "HMAC-%(algorithm)s of it. The key is the whole secret as it is, in UTF-8.",
            separator=settings.separator,
            algorithm=settings.algorithm.upper().replace("SHA", "SHA-"),
        ),
        _(
            "Send both in the header `%(name)s` as `t=TIME,v1=SIGNATURE`, the signature in "
            "%(encoding)s.",
            name=settings.header,
            encoding=_encoding(settings),
        ),
    ]


def _standard(settings: WebhookSettings) -> list[str]:
    steps = [
        _(
            "Give every message an id of its own and send it in the header `webhook-id`, the time "
            "in seconds since 1970 in `webhook-timestamp`."
        ),
    ]
    if settings.scheme == "standard-webhooks":
        return [
            *steps,
            _(
                "Join id, time and raw body with dots (`ID.TIME.BODY`) and compute HMAC-SHA-256 of "
                "it. The key is what the secret holds after `whsec_`, base64-decoded."
            ),
            _(
                "Send it in base64 after `v1,` in the header `webhook-signature`. The libraries of "
                "Standard Webhooks and Svix do all of this."
            ),
        ]
    return [
        *steps,
        _(
            "Join id, time and raw body with dots (`ID.TIME.BODY`) and sign it with your Ed25519 "
            "key. We hold only its public half (`%(key)s`); `YOUR_SECRET` is your private one.",
            key=settings.public_key,
        ),
        _("Send it in base64 after `v1a,` in the header `webhook-signature`."),
    ]


def _encoding(settings: WebhookSettings) -> str:
    words = {"hex": _("hex"), "base64": _("base64"), "base64url": _("URL-safe base64")}
    return str(words[settings.encoding])


def _raw_bytes() -> str:
    return str(
        _("Sign the very bytes that you send, not a body that was read and written again since.")
    )


def _clock(settings: WebhookSettings) -> str:
    return str(
        _(
            "The time may differ from our clock by %(seconds)s seconds at most: sign each attempt "
            "anew.",
            seconds=settings.tolerance,
        )
    )

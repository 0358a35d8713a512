"""Turns what went wrong on the wire into the two fates, in words for the person who reads them."""

import socket
from collections.abc import Mapping
from http import HTTPStatus

import requests
from urllib3.exceptions import HTTPError, NameResolutionError, ReadTimeoutError

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.address_guard import PrivateAddressRefused

_AGAIN = "It is tried again by itself; if it goes on, ask the vendor."
_CHECK_ACCESS = (
    "Check the user name, password or key of this source, and ask the vendor whether the access "
    "is still open."
)


def private_address(place: str) -> PermanentError:
    return PermanentError(
        "private_address",
        "The feed's address leads into a private network, which is not allowed.",
        "Use the public address that the vendor gave you.",
        place=place,
    )


def too_many_redirects(count: int, place: str) -> PermanentError:
    return PermanentError(
        "too_many_redirects",
        f"The feed's address was redirected more than {count} times.",
        "Ask the vendor for the final address of the feed.",
        place=place,
    )


def timed_out(seconds: float, place: str) -> TransientError:
    return TransientError(
        "timed_out",
        f"The vendor's server did not deliver the feed within {seconds:g} seconds.",
        _AGAIN,
        place=place,
    )


def truncated(place: str) -> TransientError:
    return TransientError(
        "truncated",
        "The connection broke before the whole feed had arrived.",
        f"Nothing of it was used. {_AGAIN}",
        place=place,
    )


def failure_of_status(status: int, headers: Mapping[str, str], place: str) -> PipelineError:
    """For every status but 200 and 304."""
    try:
        said = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        said = str(status)
    if status in (403, 429, 503) and _is_robot_check(headers):
        return TransientError(
            "robot_check",
            f"The vendor's server takes Offerdock for a robot and wants a person ({said}).",
            "Ask the vendor to let the program “Offerdock” through at the protection of the "
            "server (its firewall or CDN). It is tried again by itself.",
            place=place,
        )
    if status == 401:
        message = f"The vendor's server wants other credentials ({said})."
        return PermanentError("unauthorised", message, _CHECK_ACCESS, place=place)
    if status == 403:
        message = f"The vendor's server refuses access to the feed ({said})."
        return PermanentError("forbidden", message, _CHECK_ACCESS, place=place)
    if status in (404, 410):
        message = f"There is no feed at this address any more ({said})."
        hint = "Ask the vendor for the current address and put it into this source."
        return PermanentError("gone" if status == 410 else "not_found", message, hint, place=place)
    if status == 429:
        message = f"The vendor's server says that it is asked too often ({said})."
        hint = "It is tried again later by itself; a longer interval in the schedule helps."
        return TransientError("asked_too_often", message, hint, place=place)
    if status in (408, 425) or status >= 500:
        message = f"The vendor's server failed ({said})."
        return TransientError("server_error", message, _AGAIN, place=place)
    message = f"The vendor's server did not send the feed but answered {said}."
    hint = "Check the address of this source with the vendor."
    return PermanentError("unexpected_answer", message, hint, place=place)


def _is_robot_check(headers: Mapping[str, str]) -> bool:
    """As Cloudflare, DataDome, Imperva and AWS mark the pages on which one proves to be human."""
    names = {name.lower(): value.lower() for name, value in headers.items()}
    return (
        names.get("cf-mitigated") == "challenge"
        or "x-datadome" in names
        or "x-amzn-waf-action" in names
        or "incapsula" in names.get("x-cdn", "")
    )


def failure_of_exception(error: Exception, place: str) -> PipelineError:
    """For what requests and urllib3 raise; their texts show whole addresses and are not used."""
    causes = _causes(error)
    if any(isinstance(cause, PrivateAddressRefused) for cause in causes):
        return private_address(place)
    if any("CERTIFICATE_VERIFY_FAILED" in str(cause) for cause in causes):
        return PermanentError(
            "bad_certificate",
            "The vendor's server cannot prove who it is: its certificate is not valid.",
            "Ask the vendor to renew the certificate.",
            place=place,
        )
    if isinstance(error, requests.exceptions.InvalidHeader):
        return PermanentError(
            "bad_credentials",
            "The user name, password or key of this source cannot be sent as it is.",
            "Enter it again, without line breaks or blanks around it.",
            place=place,
        )
    if isinstance(error, ValueError):
        return bad_url(place)
    if any(isinstance(cause, NameResolutionError | socket.gaierror) for cause in causes):
        return TransientError(
            "host_not_found",
            "The name of the vendor's server could not be found.",
            f"Check the spelling of the address. {_AGAIN}",
            place=place,
        )
    if any(isinstance(c, requests.Timeout | ReadTimeoutError | TimeoutError) for c in causes):
        return TransientError(
            "timed_out", "The vendor's server did not answer in time.", _AGAIN, place=place
        )
    return connection_failed(place)


def connection_failed(place: str) -> TransientError:
    return TransientError(
        "connection_failed",
        "The connection to the vendor's server could not be made or broke off.",
        _AGAIN,
        place=place,
    )


def failure_of_login(said: str, place: str) -> PermanentError:
    message = f"The vendor's server refused the login ({said})."
    return PermanentError("unauthorised", message, _CHECK_ACCESS, place=place)


def file_refused(said: str, place: str) -> PermanentError:
    return PermanentError(
        "not_found",
        f"The vendor's server does not give the file or folder ({said}).",
        "Check the address of this source, and ask the vendor whether the file is still there.",
        place=place,
    )


def changed_host_key(offered: str, fingerprint: str, place: str) -> PermanentError:
    error = PermanentError(
        "host_key_changed",
        "The vendor's server shows another key than before: it may not be the vendor's "
        f"({fingerprint}).",
        "Ask the vendor whether the server was changed. If so, accept the new key on the "
        "source's page. Nothing was sent to it.",
        place=place,
    )
    error.offered_key = offered
    return error


def bad_url(place: str) -> PermanentError:
    return PermanentError(
        "bad_url",
        "This is not an address a feed can be fetched from.",
        "Write it in full, such as https://www.example.com/feed.xml or "
        "sftp://files.example.com/out/*.xml.",
        place=place,
    )


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it wraps: urllib3 hides the reason in arguments, Python in __cause__."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop(0)
        if current is None or any(current is one for one in found):
            continue
        found.append(current)
        waiting += [current.__cause__, current.__context__]
        waiting += [arg for arg in current.args if isinstance(arg, BaseException)]
        if isinstance(current, HTTPError):
            waiting.append(getattr(current, "reason", None))
    return found

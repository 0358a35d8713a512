"""FTPS servers prove who they are: by an authority, or by the very certificate seen first."""

import socket
import ssl
from hashlib import sha256

from jobs.errors import PermanentError
from webapp.fetching import Fetching


class CertificateCheck:
    """`seen` is the fingerprint of a certificate that is pinned, once the server has shown it."""

    def __init__(self, fetching: Fetching, place: str) -> None:
        self.seen: str | None = None
        self._is_own = fetching.own_certificate
        self._known = fetching.host_key
        self._place = place
        self.context = ssl.create_default_context()
        if self._is_own:
            # Nobody vouches for it; `check` compares it before anything is sent.
            self.context.check_hostname = False
            self.context.verify_mode = ssl.CERT_NONE

    def check(self, made: socket.socket) -> None:
        """Of every connection, also those for data.

        :raise PermanentError: another certificate than the known one
        """
        if not self._is_own or not isinstance(made, ssl.SSLSocket):
            return
        certificate = made.getpeercert(binary_form=True)
        # A session that goes on proves by itself that the server is the one it began with.
        if certificate is None and made.session_reused:
            return
        fingerprint = sha256(certificate or b"").digest().hex(":").upper()
        shown = f"certificate SHA256:{fingerprint}"
        if shown != (self._known or self.seen or shown):
            raise _changed(shown, self._place)
        self.seen = shown


def failure_of_certificate(error: Exception, place: str) -> PermanentError | None:
    """None when the failure is about something else."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return None
    return PermanentError(
        "bad_certificate",
        "The vendor's server cannot prove who it is: no known authority has signed its certificate "
        f"for this address ({error.verify_message}).",
        "Ask the vendor to renew it. If the vendor says that the server has a certificate of its "
        "own, say so in the source's settings, under Access.",
        place=place,
    )


def _changed(shown: str, place: str) -> PermanentError:
    error = PermanentError(
        "certificate_changed",
        "The vendor's server shows another certificate than before: it may not be the vendor's.",
        "Ask the vendor whether it was renewed. If so, accept the new one on the source's page. "
        "Nothing was sent to the server.",
        place=place,
    )
    error.offered_key = shown
    return error

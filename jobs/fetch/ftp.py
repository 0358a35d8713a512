"""Fetches files over FTP: plain, with TLS on demand (ftpes://) or from the first byte (ftps://)."""

import ftplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from jobs.errors import PermanentError, PipelineError, TransientError
from jobs.fetch.certificate_check import CertificateCheck, failure_of_certificate
from jobs.fetch.connections import Connections
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import (
    connection_failed,
    failure_of_exception,
    failure_of_login,
    file_refused,
)
from jobs.fetch.ftp_client import FtpClient
from jobs.fetch.guarded_socket import connected_socket
from jobs.fetch.remote_address import RemoteAddress, remote_address
from jobs.fetch.remote_files import MOST_LISTED, RemoteFile, too_many_files
from jobs.fetch.remote_folder import fetch_remote
from jobs.fetch.request import Fetched, Progress, Wanted

_CHUNK_BYTES = 65_536
_FAILURES: tuple[type[Exception], ...] = (ftplib.Error, OSError, EOFError, ValueError)


def fetch_ftp(wanted: Wanted, spool: Path, on_progress: Progress | None = None) -> Fetched:
    address = remote_address(wanted)
    connections = Connections()
    with Deadline(connections, wanted.limits.total_seconds) as deadline:
        folder = FtpFolder(address, wanted, connections, deadline)
        try:
            return fetch_remote(
                folder, address.path, wanted, spool, address.place, deadline, on_progress
            )
        finally:
            folder.close()


class FtpFolder:
    def __init__(
        self,
        address: RemoteAddress,
        wanted: Wanted,
        connections: Connections,
        deadline: Deadline,
    ) -> None:
        self._place, self._deadline = address.place, deadline
        made = connected_socket(
            address.host, address.port, wanted, connections, deadline, self._place
        )
        self._certificate = CertificateCheck(wanted.fetching, self._place)
        self._client = FtpClient(made, address.host, connections, self._certificate)
        credentials = address.credentials
        user = credentials.name if credentials else "anonymous"
        password = credentials.secret if credentials else "anonymous@"
        try:
            self._client.greet(implicit_tls=address.scheme == "ftps")
            if address.scheme == "ftpes":
                self._client.auth()
            ftplib.FTP.login(self._client, user, password)
            if address.scheme != "ftp":
                self._client.prot_p()
            self._client.voidcmd("TYPE I")
            self._facts = self._supported("MLST")
        except PermanentError:
            self.close()
            raise
        except _FAILURES as error:
            self.close()
            raise self._login_failure(error) from None

    @property
    def host_key(self) -> str | None:
        return self._certificate.seen

    def close(self) -> None:
        with suppress(OSError):
            self._client.close()

    def is_folder(self, path: str) -> bool:
        try:
            here = self._client.pwd()
            self._client.cwd(path)
            self._client.cwd(here)
        except ftplib.error_perm:
            return False
        except _FAILURES as error:
            raise self._failure(error, path) from None
        return True

    def names(self, folder: str) -> Iterator[str]:
        lines: list[str] = []

        def take(line: str) -> None:
            lines.append(line)
            if len(lines) > MOST_LISTED:
                raise too_many_files(MOST_LISTED, self._place)

        try:
            self._client.retrlines(f"NLST {folder}".rstrip(), take)
        except ftplib.error_perm as error:
            # "550 No files found" is how some servers say that a folder is empty.
            if folder and not self.is_folder(folder):
                raise self._failure(error, folder) from None
        except _FAILURES as error:
            raise self._failure(error, folder) from None
        for line in lines:
            yield line.rstrip("\r\n").replace("\\", "/").rpartition("/")[2]

    def described(self, path: str) -> RemoteFile | None:
        name = path.rpartition("/")[2]
        facts = self._mlst(path) if self._facts else {}
        if facts.get("type", "file").lower() not in ("file", "os.unix=symlink"):
            return None
        size = facts.get("size") or self._said(f"SIZE {path}")
        modified = facts.get("modify") or self._said(f"MDTM {path}")
        return RemoteFile(
            path,
            name,
            int(size) if size.isdecimal() else None,
            modified[:14] if modified[:14].isdecimal() and len(modified) >= 14 else "",
        )

    def chunks(self, file: RemoteFile) -> Iterator[bytes]:
        try:
            data, _ = self._client.ntransfercmd(f"RETR {file.path}")
            with data:
                while chunk := data.recv(_CHUNK_BYTES):
                    yield chunk
                if isinstance(data, ssl.SSLSocket):
                    # Many servers hang up without the goodbye that TLS asks for.
                    with suppress(OSError):
                        data.unwrap()
            self._client.voidresp()
        except _FAILURES as error:
            raise self._failure(error, file.path) from None

    def _supported(self, command: str) -> bool:
        try:
            return command in self._client.sendcmd("FEAT").upper()
        except ftplib.Error:
            return False

    def _mlst(self, path: str) -> dict[str, str]:
        """ "type=file;size=12;modify=20261122101500; name" of the answer's middle line."""
        try:
            answer = self._client.sendcmd(f"MLST {path}")
        except _FAILURES as error:
            raise self._failure(error, path) from None
        facts = next((line for line in answer.splitlines() if line.startswith(" ")), "")
        pairs = (fact.partition("=") for fact in facts.strip().partition(" ")[0].split(";"))
        return {name.lower(): value for name, _, value in pairs}

    def _said(self, command: str) -> str:
        """The answer of a command that old servers don't know; then nothing."""
        try:
            return self._client.sendcmd(command)[3:].strip()
        except ftplib.error_perm:
            return ""
        except _FAILURES as error:
            raise self._failure(error, "") from None

    def _login_failure(self, error: Any) -> PipelineError:
        if isinstance(error, ftplib.error_perm):
            if str(error).startswith("5") and not str(error).startswith("530"):
                return file_refused(_said_by(error), self._place)
            return failure_of_login(_said_by(error), self._place)
        return self._failure(error, "")

    def _failure(self, error: Any, path: str) -> PipelineError:
        if late := self._deadline.failure(self._place):
            return late
        place = self._place if not path else f"{self._place} › {path}"
        if isinstance(error, ftplib.error_perm):
            return file_refused(_said_by(error), place)
        if isinstance(error, ftplib.Error):
            return TransientError(
                "server_error",
                f"The vendor's server failed ({_said_by(error)}).",
                "It is tried again by itself; if it goes on, ask the vendor.",
                place=place,
            )
        if isinstance(error, EOFError):
            return connection_failed(place)
        return failure_of_certificate(error, place) or failure_of_exception(error, place)


def _said_by(error: Exception) -> str:
    """The server's own words, in one short line."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())[:120]

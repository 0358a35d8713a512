"""Fetches files over SFTP, from a server whose key is the one that was seen first."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import paramiko

from jobs.errors import PermanentError, PipelineError
from jobs.fetch.connections import Connections
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import (
    changed_host_key,
    connection_failed,
    failure_of_exception,
    failure_of_login,
    file_refused,
)
from jobs.fetch.guarded_socket import connected_socket
from jobs.fetch.private_key import private_key
from jobs.fetch.remote_address import RemoteAddress, remote_address
from jobs.fetch.remote_files import RemoteFile
from jobs.fetch.remote_folder import fetch_remote
from jobs.fetch.request import Fetched, Progress, Wanted

_CHUNK_BYTES = 262_144
_REQUESTS_AHEAD = 32
_FAILURES = (paramiko.SSHException, OSError, EOFError)


def fetch_sftp(wanted: Wanted, spool: Path, on_progress: Progress | None = None) -> Fetched:
    address = remote_address(wanted)
    connections = Connections()
    with Deadline(connections, wanted.limits.total_seconds) as deadline:
        folder = SftpFolder(address, wanted, connections, deadline)
        try:
            return fetch_remote(
                folder, address.path, wanted, spool, address.place, deadline, on_progress
            )
        finally:
            folder.close()


class SftpFolder:
    def __init__(
        self,
        address: RemoteAddress,
        wanted: Wanted,
        connections: Connections,
        deadline: Deadline,
    ) -> None:
        self._place, self._deadline = address.place, deadline
        self.host_key: str | None = None
        credentials = address.credentials
        if credentials is None:
            raise failure_of_login("no user name was given", self._place)
        key = private_key(credentials, self._place) if credentials.kind == "key" else None
        made = connected_socket(
            address.host, address.port, wanted, connections, deadline, self._place
        )
        self._transport = paramiko.Transport(made)
        seconds = wanted.limits.read_seconds
        self._transport.banner_timeout = self._transport.auth_timeout = seconds
        try:
            self._shake_hands(wanted.fetching.host_key, seconds)
            if key is not None:
                self._transport.auth_publickey(credentials.name, key)
            else:
                self._transport.auth_password(credentials.name, credentials.secret)
            opened = self._transport.open_sftp_client()
            if opened is None:
                raise paramiko.SSHException("no SFTP")
            self._sftp = opened
            channel = opened.get_channel()
            if channel is not None:
                channel.settimeout(seconds)
        except PermanentError:
            self.close()
            raise
        except _FAILURES as error:
            self.close()
            raise self._failure(error, "") from None

    def close(self) -> None:
        with suppress(*_FAILURES):
            self._transport.close()

    def is_folder(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(self._sftp.stat(path).st_mode or 0)
        except FileNotFoundError:
            return False
        except _FAILURES as error:
            raise self._failure(error, path) from None

    def names(self, folder: str) -> Iterator[str]:
        try:
            for entry in self._sftp.listdir_iter(folder or "."):
                yield entry.filename
        except _FAILURES as error:
            raise self._failure(error, folder) from None

    def described(self, path: str) -> RemoteFile | None:
        try:
            found = self._sftp.stat(path)
        except _FAILURES as error:
            raise self._failure(error, path) from None
        if not stat.S_ISREG(found.st_mode or stat.S_IFREG):
            return None
        modified = ""
        if found.st_mtime is not None:
            modified = datetime.fromtimestamp(found.st_mtime, UTC).strftime("%Y%m%d%H%M%S")
        return RemoteFile(path, path.rpartition("/")[2], found.st_size, modified)

    def chunks(self, file: RemoteFile) -> Iterator[bytes]:
        try:
            with self._sftp.open(file.path, "rb") as opened:
                if file.size:
                    opened.prefetch(file.size, _REQUESTS_AHEAD)
                while chunk := opened.read(_CHUNK_BYTES):
                    yield chunk
        except _FAILURES as error:
            raise self._failure(error, file.path) from None

    def _shake_hands(self, known: str | None, seconds: float) -> None:
        """:raise PermanentError: another key than the known one"""
        if known:
            # A server has keys of several kinds: ask for the one that is known.
            options = self._transport.get_security_options()
            kinds = list(options.key_types)
            name = known.partition(" ")[0]
            first = [kind for kind in kinds if kind == name or ("rsa" in kind and "rsa" in name)]
            options.key_types = (*first, *(kind for kind in kinds if kind not in first))
        self._transport.start_client(timeout=seconds)
        key = self._transport.get_remote_server_key()
        seen = f"{key.get_name()} {key.get_base64()}"
        if known and seen != known:
            raise changed_host_key(seen, key.fingerprint, self._place)
        self.host_key = seen

    def _failure(self, error: Exception, path: str) -> PipelineError:
        if late := self._deadline.failure(self._place):
            return late
        place = self._place if not path else f"{self._place} › {path}"
        if isinstance(error, paramiko.AuthenticationException):
            return failure_of_login("user name, password or key", self._place)
        if isinstance(error, FileNotFoundError):
            return file_refused("no such file or folder", place)
        if isinstance(error, PermissionError):
            return file_refused("permission denied", place)
        if isinstance(error, paramiko.SSHException | EOFError):
            return connection_failed(place)
        return failure_of_exception(error, place)

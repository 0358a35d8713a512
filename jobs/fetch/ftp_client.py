"""ftplib's client, made safe: a connection that was checked, bounded answers, data from the same
server alone."""

import ftplib
import socket
import ssl

from jobs.fetch.certificate_check import CertificateCheck
from jobs.fetch.connections import Connections

# Of one answer; ftplib itself would gather them without end.
_MOST_LINES = 1_000


class FtpClient(ftplib.FTP_TLS):
    """ftplib's, over a connection that was checked, and with the TLS session kept for data.

    Many servers refuse data connections that don't resume the session of the control connection.
    A data connection goes to the server's own address, whatever its answer to PASV says.
    """

    def __init__(
        self,
        made: socket.socket,
        host: str,
        connections: Connections,
        certificate: CertificateCheck,
    ) -> None:
        super().__init__(context=certificate.context, timeout=made.gettimeout())
        self._certificate = certificate
        self.sock = self._made = made
        self.af = made.family
        self.host = host
        self._connections = connections
        self._lines = 0

    def greet(self, *, implicit_tls: bool) -> None:
        made = self._made
        if implicit_tls:
            made = self.sock = self.context.wrap_socket(made, server_hostname=self.host)
            self._connections.note(made)
            self._certificate.check(made)
        self.file = made.makefile("r", encoding=self.encoding, errors="replace")
        self.welcome = self.getresp()

    def auth(self) -> str:
        answer = super().auth()
        if self.sock is not None:
            self._connections.note(self.sock)
            self._certificate.check(self.sock)
        return answer

    def getmultiline(self) -> str:
        self._lines = 0
        return super().getmultiline()

    def getline(self) -> str:
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise ftplib.error_proto("an answer without end")
        return super().getline()

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int]:
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        self._connections.note(data)
        if self._prot_p:  # type: ignore[attr-defined]  # not in the stubs
            session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
            data = self.context.wrap_socket(data, server_hostname=self.host, session=session)
            self._connections.note(data)
            self._certificate.check(data)
        return data, size or 0

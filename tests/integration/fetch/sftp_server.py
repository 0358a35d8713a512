"""A vendor's SFTP server, real but on 127.0.0.1."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh

USER, PASSWORD = "harbour", "s3cr3t-value"


class _Doorman(asyncssh.SSHServer):
    def __init__(
        self, client_key: str | None, connections: list[asyncssh.SSHServerConnection]
    ) -> None:
        self._client_key = client_key
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.append(conn)

    def password_auth_supported(self) -> bool:
        return self._client_key is None

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return self._client_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        mine = asyncssh.import_public_key(self._client_key or "")
        return username == USER and key.public_data == mine.public_data


@contextmanager
def running_sftp_server(
    folder: Path,
    *,
    host_key: asyncssh.SSHKey | None = None,
    client_key: str | None = None,
) -> Iterator[str]:
    """host:port; with `client_key` (a public one) it takes no password."""
    key = host_key or asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    connections: list[asyncssh.SSHServerConnection] = []

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Doorman(client_key, connections),
            server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
        )

    server = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.get_port()}"
    finally:

        async def close() -> None:
            server.close()
            await server.wait_closed()
            for connection in connections:
                connection.abort()
                await connection.wait_closed()

        asyncio.run_coroutine_threadsafe(close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

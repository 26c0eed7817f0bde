"""A line to a server that breaks: a TCP proxy which cuts its first connections after so many bytes."""

import socket
import threading
from contextlib import suppress


class CuttingProxy:
    """Use as a context. The next `cuts` connections end after `after_bytes` from the server; later ones hold."""

    def __init__(self, port: int, *, cuts: int, after_bytes: int) -> None:
        self.target = ("127.0.0.1", port)
        self.cuts = cuts
        self.after_bytes = after_bytes
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def __enter__(self) -> "CuttingProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.server.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _place = self.server.accept()
                server = socket.create_connection(self.target)
                left = self.after_bytes if self.cuts > 0 else -1
                self.cuts -= 1
                for pair in ((client, server, -1), (server, client, left)):
                    threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(source: socket.socket, to: socket.socket, left: int) -> None:
    """Carry bytes until one side ends or, unless negative, `left` bytes were carried."""
    with suppress(OSError):
        while left and (piece := source.recv(65536 if left < 0 else min(left, 65536))):
            to.sendall(piece)
            left -= len(piece) if left > 0 else 0
    for end in (source, to):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)

"""A web server on this machine that serves a folder, gives parts of files, and can misbehave."""

from __future__ import annotations

import http.server
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


class Server(http.server.ThreadingHTTPServer):
    """What is served, and how.

    Attributes
    ----------
    parts : bool
        Whether parts of files are given to those who ask for them.
    tags : bool
        Whether an ETag says which state of a file is served.
    asked : list of str
        The method, the path and the range of each request.
    before : callable
        Called with each request before it is answered.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder, self.parts, self.tags = folder, True, True
        self.asked: list[str] = []
        self.before: Callable[[_Handler], None] = lambda handler: None
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""

    def address(self, name: str) -> str:
        """Return the address of a file."""
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: Server

    def __init__(self, request: Any, client: Any, server: Server) -> None:
        super().__init__(request, client, server, directory=str(server.folder))

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def send_head(self) -> io.BytesIO | IO[bytes] | None:  # type: ignore[override]
        """Send the head of an answer, and return its body."""
        wanted = self.headers.get("Range")
        self.server.asked.append(f"{self.command} {self.path} {wanted or ''}".rstrip())
        self.server.before(self)
        file = Path(self.translate_path(self.path))
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
        if part is None or not self.server.parts or not file.is_file():
            return super().send_head()
        data = file.read_bytes()
        start, stop = int(part[1]), min(int(part[2] or len(data)), len(data) - 1) + 1
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(data)}")
        self.send_header("Content-Length", str(stop - start))
        self.end_headers()
        return io.BytesIO(data[start:stop])

    def end_headers(self) -> None:
        file = Path(self.translate_path(self.path))
        if self.server.tags and file.is_file():
            self.send_header("ETag", f'"{file.stat().st_mtime_ns}"')
        super().end_headers()


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a folder."""
    server = Server(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def late(seconds: float) -> Callable[[_Handler], None]:
    """Return what makes a server answer late."""

    def before(handler: _Handler) -> None:
        time.sleep(seconds)

    return before

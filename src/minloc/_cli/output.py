"""The standard streams: what cannot be written is an error like any other, and not a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import IO

from minloc._cli.errors import RefusalError, printable
from minloc._cli.terminal import RED, styled


def prepare() -> None:
    """Make the standard streams of the process ready to be used.

    A file that is opened while one of them is closed would get its number, and be written to by
    whoever writes to the stream.
    """
    while (null := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(null)
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):  # print what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Turn an error of writing to standard output into a RefusalError.

    Raises
    ------
    BrokenPipeError
        If the reader of a pipe went away, which the user knows.
    """
    if sys.stdout is None:
        raise RefusalError("standard output: it is closed")
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon(sys.stdout)
        raise RefusalError(f"standard output: {error.strerror or error}") from None


def abandon(stream: IO[str]) -> None:
    """Give up what is still to be written: Python would try again when it exits."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def complain(message: str) -> None:
    """Print what went wrong on standard error, if that can be written to."""
    if sys.stderr is not None:
        _tell(f"{styled('minloc:', RED, sys.stderr)} {message}")


def notice(message: str) -> None:
    """Tell the user on standard error what an answer depends on."""
    _tell(f"minloc: {printable(message)}")


def _tell(line: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr)
        flush_errors()


def flush_errors() -> None:
    """Write what was printed on standard error, or give it up: the exit status matters more."""
    if sys.stderr is not None:
        try:
            sys.stderr.flush()
        except OSError:
            abandon(sys.stderr)

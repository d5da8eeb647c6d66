"""Errors that the user sees: one line on standard error, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

#: The exit statuses.
FOUND, NOTHING, WRONG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141
#: Of a longer reason, in characters, the middle is left out.
LONG = 300


def printable(text: str) -> str:
    r"""Return a text without characters that would break a line or control the terminal.

    Examples
    --------
    >>> print(printable("a\nb\x1b[1m"))
    a\nb\x1b[1m
    """
    return text.translate(_ESCAPES)


_ESCAPES = {i: repr(chr(i))[1:-1] for i in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class RefusalError(Exception):
    """The command refuses a request; the message says what, why, and what would work.

    Parameters
    ----------
    message : str
        One line: what would break it, such as a line break in a file's name, is escaped.
    below : str
        Further lines, which show where in an argument the error is.
    """

    def __init__(self, message: str, below: str = "") -> None:
        super().__init__(printable(message) + below)
        self._parts = message, below

    def __reduce__(self) -> tuple[type[RefusalError], tuple[str, str]]:
        """Let workers of a cluster send it; what a subclass adds is in the message."""
        return RefusalError, self._parts


class UnreadableError(RefusalError):
    """A file, or a part of one, cannot be read.

    Parameters
    ----------
    path : str
        The file as the user named it.
    reason : object
        Why it cannot be read, and what would work; line breaks are replaced by spaces.
    """

    def __init__(self, path: str, reason: object) -> None:
        text = " ".join(str(reason).split())
        if len(text) > LONG:  # such as a field of the file
            text = f"{text[: LONG // 2]} … {text[-LONG // 2 :]}"
        super().__init__(f"{path}: {text}")


class OrderlessError(UnreadableError):
    """An array can be read, but its elements cannot be compared, so it is never what is meant."""


@contextmanager
def reading(path: str, what: str = "cannot be read") -> Iterator[None]:
    """Turn any exception of a library that reads a file into an UnreadableError that names it.

    Libraries raise exceptions of all kinds for damaged files, so all are caught; the block should
    contain nothing but the reading.

    Raises
    ------
    UnreadableError
        Instead of any other exception.
    """
    try:
        yield
    except (RefusalError, BrokenPipeError):
        raise
    except OSError as error:
        if error.errno is not None and error.strerror:
            raise UnreadableError(path, error.strerror) from error
        raise UnreadableError(path, f"{what}: {error}") from error
    except MemoryError as error:
        raise UnreadableError(path, f"{what}: there is not enough memory") from error
    except Exception as error:
        raise UnreadableError(path, f"{what}: {error or type(error).__name__}") from error


def library(name: str, extra: str, use: str) -> Any:
    """Import an optional library.

    Parameters
    ----------
    name : str
        The module.
    extra : str
        The extra of this package that installs it.
    use : str
        What it is needed for, such as ``"to read CSV files"``.

    Raises
    ------
    RefusalError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        top = name.partition(".")[0]
        raise RefusalError(f"{top} is needed {use}: pip install 'minloc[{extra}]'") from None

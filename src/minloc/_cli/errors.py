"""What goes wrong with what the user named: one line on standard error, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


class RefusalError(Exception):
    """The command cannot do what was asked: the message says what, why, and what would work."""


class UnreadableError(RefusalError):
    """A file, or a part of one, cannot be read.

    Parameters
    ----------
    path : str
        The file as the user named it.
    reason : object
        Why it cannot be read, and what would work; line breaks are taken out.
    """

    def __init__(self, path: str, reason: object) -> None:
        text = " ".join(str(reason).split())
        super().__init__(f"{path}: {text}")


@contextmanager
def reading(path: str, what: str = "cannot be read") -> Iterator[None]:
    """Say of which file it is that a library cannot read it.

    Libraries that read files raise what they like when the bytes are wrong, so every exception is
    taken; only what stands in the file is touched inside of this.

    Raises
    ------
    UnreadableError
        In the place of any other exception.
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
        raise UnreadableError(path, f"{what}: it wants more memory than there is") from error
    except Exception as error:
        raise UnreadableError(path, f"{what}: {error or type(error).__name__}") from error


def library(name: str, extra: str, use: str) -> Any:
    """Import a library that only some need.

    Parameters
    ----------
    name : str
        The module.
    extra : str
        The extra of this package that installs it.
    use : str
        What it is for, to end the sentence "is needed ...".

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

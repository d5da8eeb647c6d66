"""Where the command starts and ends: exit statuses, and one line for whatever goes wrong."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from traceback import walk_tb

from minloc._cli.arguments import parser
from minloc._cli.errors import FOUND, INTERRUPTED, NOTHING, PIPE_CLOSED, WRONG, RefusalError
from minloc._cli.output import abandon, complain, flush_errors, prepare, writing


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int
        The exit status.
    """
    prepare()
    if argv is None and not sys.warnoptions:
        warnings.simplefilter("ignore")  # what libraries have to say to programmers
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        found = _found(argv)
    except RefusalError as refusal:
        complain(str(refusal))
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        abandon(sys.stdout)
        return PIPE_CLOSED
    except MemoryError:
        complain("there is not enough memory; --memory SIZE makes the command take less")
        return WRONG
    except Exception as error:
        complain(_defect(error))
        return WRONG
    if not found:
        complain("nothing found: there is no candidate")
        return NOTHING
    return FOUND


def _found(argv: Sequence[str] | None) -> bool:
    """Do what the arguments say, and return whether anything was found."""
    with writing():
        try:
            arguments = parser().parse_args(argv)
        except SystemExit:  # --help and --version, or wrong arguments
            flush_errors()
            sys.stdout.flush()
            raise
    from minloc._cli.request import Request  # what --help does not need
    from minloc._cli.run import run

    found = run(Request.of(arguments))
    with writing():
        sys.stdout.flush()
    return found


def _defect(error: Exception) -> str:
    """Return the line for an exception that nobody expected."""
    frame, line = list(walk_tb(error.__traceback__))[-1]
    place = f"{Path(frame.f_code.co_filename).name}, line {line}"
    text = " ".join(str(error).split())
    return f"this is a defect of minloc, please report it: {type(error).__name__}: {text} ({place})"

"""Where the command starts and ends: exit statuses, and one line for whatever goes wrong."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from minloc._cli.arguments import FOUND, INTERRUPTED, NOTHING, PIPE_CLOSED, WRONG, parser
from minloc._cli.errors import RefusalError


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
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):  # print what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    arguments = parser().parse_args(argv)
    try:
        from minloc._cli.request import Request  # what --help does not need
        from minloc._cli.run import run

        found = run(Request.of(arguments))
        sys.stdout.flush()
    except RefusalError as refusal:
        print(f"minloc: {refusal}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output when it exits, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    if not found:
        print("minloc: nothing found: there is no candidate", file=sys.stderr)
        return NOTHING
    return FOUND

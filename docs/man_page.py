"""The manual page, made of the parser: ``python docs/man_page.py > docs/minloc.1``."""

import re
import sys

from argparse_manpage.manpage import Manpage

from minloc._cli.arguments import parser


def page() -> str:
    """Return the page in troff's language; it has no date, which would change without a reason."""
    made = Manpage(parser(), format="single-commands-section")
    made.description, made.manual, made.date = "find the minimum in files", "User Commands", ""
    text = str(made).replace(".SH COMMENTS", ".SH NOTES")
    text = re.sub(r"^\.(?=[a-z])", r"\\&.", text, flags=re.MULTILINE)  # .npy is no request
    # Lines of examples are not filled.
    text = re.sub(r"((?:^  .*\n)+)", r".nf\n\1.fi\n", text, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())

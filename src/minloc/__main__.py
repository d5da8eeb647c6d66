"""`python -m minloc` is the command `minloc`."""

import sys

from minloc._cli.main import main

if __name__ == "__main__":
    sys.exit(main())

"""What the command `minloc` is made of, one idea a file; `minloc.cli` puts it together."""

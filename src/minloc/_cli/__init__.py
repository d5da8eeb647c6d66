"""The command `minloc`, one idea a file; `main` is where it starts."""

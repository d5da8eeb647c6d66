"""The command `minloc`: `main` reads arguments, `run` goes the way from files to printed lines."""

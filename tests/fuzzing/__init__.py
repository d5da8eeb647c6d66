"""A differential fuzz: random calls, asked in every way that there is, against the oracle.

`calls` draws a call, `expected` asks the oracle what it answers, or which error it raises, `paths`
and `lazy_paths` ask it of arrays, parts, stores, Dask and xarray, and `checks` compares.
"""

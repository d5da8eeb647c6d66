"""How fast minloc is, against the other ways to ask the same question.

A case is one question about one array (`cases`), a contender one way to answer it (`contenders`),
and a read pass what any answer costs at least. Every answer is checked before it is timed, so that
a benchmark is also a test. Run ``python -m benchmarks --help``.
"""

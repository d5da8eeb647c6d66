"""Containers of other libraries as plain arrays, with which of their elements are missing.

One small file a library, which knows its objects by class and never imports it. Masks, partial
answers and adapters read arrays through these; `minloc._adapters` says what is answered for them.
"""

"""What messages call the objects that were passed."""


def type_name(x: object) -> str:
    """Return the name of an object's class, with its module.

    Examples
    --------
    >>> type_name({1, 2})
    'set'
    >>> import fractions
    >>> type_name(fractions.Fraction(1, 2))
    'fractions.Fraction'
    """
    cls = type(x)
    return (
        cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    )

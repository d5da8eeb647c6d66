"""Objects known by their classes, without an import of the libraries that these come from."""

import sys


def is_of(x: object, module: str, *names: str) -> bool:
    """Whether `x` is an instance of one of the classes of these names in a module.

    Parameters
    ----------
    x : object
        Anything.
    module : str
        Where the classes are; if nobody has imported it, `x` cannot be of them.
    *names : str
        The classes. Those that the module does not have, or not yet, are passed over.

    Examples
    --------
    >>> is_of(1, "builtins", "str", "int"), is_of(1, "never_imported", "int")
    (True, False)
    """
    found = sys.modules.get(module)
    if found is not None:
        for name in names:  # quicker than any()
            if isinstance(x, getattr(found, name, ())):
                return True
    return False


def name_of_class(x: object) -> str:
    """Return what messages call the class of `x`: its name with that of its module.

    Examples
    --------
    >>> name_of_class({1, 2})
    'set'
    >>> import fractions
    >>> name_of_class(fractions.Fraction(1, 2))
    'fractions.Fraction'
    """
    cls = type(x)
    module = "" if cls.__module__ == "builtins" else f"{cls.__module__}."
    return f"{module}{cls.__qualname__}"

"""What of the public interface is cheap enough to be Python."""

import numpy as np

from minloc import _core


def show_config() -> None:
    """Print what this build of minloc is made of and uses: paste it into a bug report.

    Prints the version, the compiler, the instruction sets that were built, that this
    machine has and that is in use, and NumPy's version. The environment variable
    ``MINLOC_ISA`` chooses another of the available instruction sets at import.

    Returns
    -------
    None

    Notes
    -----
    The term is that of `numpy.show_config`.

    Examples
    --------
    >>> import minloc
    >>> minloc.show_config()  # doctest: +ELLIPSIS
    minloc           ...
    """
    info = _core.build_info()
    rows = {
        "minloc": info["version"],
        "compiler": info["compiler"],
        "isa built": ", ".join(info["isa_built"]),
        "isa available": ", ".join(info["isa_available"]),
        "isa in use": info["isa_in_use"],
        "threads": str(_core.get_num_threads()),
        "numpy": np.__version__,
    }
    for name, value in rows.items():
        print(f"{name:<16} {value}")

"""Run a program for WASI by the package wasmtime: ``python tests/kernels/wasi.py PROGRAM ...``."""

import sys

import wasmtime


def main() -> int:
    """Run the program with the arguments and the output of this process; return its exit status."""
    store = wasmtime.Store(wasmtime.Engine())
    system = wasmtime.WasiConfig()
    system.argv = sys.argv[1:]
    system.inherit_stdout()
    system.inherit_stderr()
    store.set_wasi(system)
    linker = wasmtime.Linker(store.engine)
    linker.define_wasi()
    module = wasmtime.Module.from_file(store.engine, sys.argv[1])
    start = linker.instantiate(store, module).exports(store)["_start"]
    assert isinstance(start, wasmtime.Func)
    try:
        start(store)
    except wasmtime.ExitTrap as end:
        return int(end.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())

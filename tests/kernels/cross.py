"""The check of the kernels for other platforms: cross-compiled, and run by an emulator.

``python tests/kernels/cross.py`` tries all platforms, ``... cross.py s390x-linux-gnu`` one of them.
It needs the packages cmake and ninja, and what each platform is compiled and run by: a cross
compiler of GCC, which brings its library, or the package ziglang, which first compiles the library
of a platform, once, for some minutes. A platform without a runner is compiled and linked only.
What came out is printed as a table.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = "kernel_check", "kernel_check_top_k", "kernel_check_windows"


@dataclass(frozen=True)
class Platform:
    """What is asked of CMake, and what runs the programs."""

    system: str
    runner: tuple[str, ...] | None = None  # None: nothing here does
    compiler: str = "zig"
    isas: str = "all"
    settings: dict[str, str] = field(default_factory=dict)
    suffix: str = ""

    def has_runner(self) -> bool:
        """Whether the programs can be run on this machine."""
        return self.runner is not None and all(map(shutil.which, self.runner[:1]))


def _emulated(machine: str, emulator: str) -> Platform:
    """Return a platform that GCC compiles for, and QEMU runs with the library of the compiler."""
    triple = f"{machine}-linux-gnu"
    return Platform("Linux", (emulator, "-L", f"/usr/{triple}"), f"{triple}-g++")


#: Of x86-64, whose instruction sets are the same templates, and which the other tests force all.
_ONE = "x86-64-v3"
_NOTHING = shutil.which("true") or "true"  # for tools that CMake wants and never calls
_WINDOWS = {"CMAKE_RC_COMPILER": _NOTHING}
_MACOS = {"CMAKE_INSTALL_NAME_TOOL": _NOTHING, "CMAKE_OSX_SYSROOT": ""}

#: By their names for the compiler.
PLATFORMS = {
    "aarch64-linux-gnu": _emulated("aarch64", "qemu-aarch64"),
    "riscv64-linux-gnu": _emulated("riscv64", "qemu-riscv64"),
    "s390x-linux-gnu": _emulated("s390x", "qemu-s390x"),  # big-endian
    "powerpc64-linux-gnu": _emulated("powerpc64", "qemu-ppc64"),  # big-endian
    "x86_64-linux-musl": Platform("Linux", (), isas=_ONE),
    "x86_64-windows-gnu": Platform(
        "Windows", ("wine64",), isas=_ONE, settings=_WINDOWS, suffix=".exe"
    ),
    "aarch64-windows-gnu": Platform("Windows", settings=_WINDOWS, suffix=".exe"),
    "aarch64-macos": Platform("Darwin", settings=_MACOS),
    "x86_64-macos": Platform("Darwin", isas=_ONE, settings=_MACOS),
    "wasm32-wasi": Platform("WASI", (sys.executable, str(ROOT / "tests" / "kernels" / "wasi.py"))),
}


#: zig, which spells processors with underscores: x86_64_v3.
ZIG = """#!/bin/sh
for option do
  shift
  case $option in -march=x86-64-*) option=-march=x86_64_${option##*-} ;; esac
  set -- "$@" "$option"
done
exec "%s" c++ "$@"
"""


def compiler_settings(name: str, folder: Path) -> dict[str, str]:
    """Return what tells CMake the compiler, and zig the platform."""
    compiler = PLATFORMS[name].compiler
    if compiler != "zig":
        return {"CMAKE_CXX_COMPILER": compiler}
    found = importlib.util.find_spec("ziglang")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the package ziglang is not installed: python -m pip install ziglang")
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "zig-c++"
    script.write_text(ZIG % (Path(found.submodule_search_locations[0]) / "zig"))
    script.chmod(0o755)
    return {"CMAKE_CXX_COMPILER": str(script.absolute()), "CMAKE_CXX_COMPILER_TARGET": name}


def build(name: str, folder: Path, optimization: str) -> None:
    """Compile and link the programs for a platform."""
    platform = PLATFORMS[name]
    settings = {
        "CMAKE_SYSTEM_NAME": platform.system,
        "CMAKE_SYSTEM_PROCESSOR": name.partition("-")[0],
        "MINLOC_KERNEL_CHECK": "ON",
        "MINLOC_ISAS": platform.isas,
        "MINLOC_OPTIMIZATION": optimization,
        **compiler_settings(name, folder),
        **platform.settings,
    }
    definitions = [f"-D{key}={value}" for key, value in settings.items()]
    subprocess.run(
        ["cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja", *definitions], check=True
    )
    subprocess.run(["cmake", "--build", str(folder)], check=True)


def check(name: str, folder: Path, one_in: int) -> str:
    """Run the programs; return what each says."""
    platform = PLATFORMS[name]
    if not platform.has_runner():
        return "compiled and linked, not run"
    assert platform.runner is not None
    said = []
    for program in PROGRAMS:
        path = str(folder / f"{program}{platform.suffix}")
        done = subprocess.run(
            [*platform.runner, path, str(one_in)], stdout=subprocess.PIPE, text=True, check=False
        )
        print(program, done.stdout, sep="\n", end="", flush=True)
        lines = [line for line in done.stdout.splitlines() if " passed, " in line]
        if done.returncode or not lines:
            return f"FAILED ({program}, exit status {done.returncode})"
        said += lines
    return "; ".join(said)


def main() -> int:
    """Build and run what is asked for; return how many platforms failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("platforms", nargs="*", metavar="PLATFORM", help=", ".join(PLATFORMS))
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "cross")
    parser.add_argument("--optimization", default="-O1")
    parser.add_argument("--one-in", type=int, default=10, help="of the fills and layouts")
    arguments = parser.parse_args()
    if unknown := set(arguments.platforms) - set(PLATFORMS):
        parser.error(f"no such platform: {', '.join(sorted(unknown))}; choose from {[*PLATFORMS]}")
    failures = 0
    rows = []
    for name in arguments.platforms or PLATFORMS:
        began = time.monotonic()
        try:
            build(name, arguments.build / name, arguments.optimization)
            result = check(name, arguments.build / name, arguments.one_in)
        except (subprocess.CalledProcessError, OSError) as error:
            result = f"FAILED to build ({error})"
        failures += result.startswith("FAILED")
        rows.append(f"| `{name}` | {result} | {time.monotonic() - began:.0f} s |")
    print("\n| platform | result | |\n|---|---|---|", *rows, sep="\n")
    return failures


if __name__ == "__main__":
    sys.exit(main())

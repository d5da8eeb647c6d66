"""The check of the kernels for other platforms: cross-compiled by zig, and emulated.

``python tests/kernels/cross.py`` tries all platforms, ``... cross.py s390x-linux-musl`` one. It
needs the packages ziglang, cmake and ninja, and what each platform is run by. A platform without
one is compiled and linked only. What came out is printed as the table of docs/platforms.md.
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


@dataclass(frozen=True)
class Platform:
    """What is asked of CMake, and what runs the programs."""

    system: str
    runner: tuple[str, ...] | None = None  # None: nothing here does
    isas: str = "all"
    settings: dict[str, str] = field(default_factory=dict)
    suffix: str = ""

    def has_runner(self) -> bool:
        """Whether the programs can be run on this machine."""
        return self.runner is not None and all(map(shutil.which, self.runner[:1]))


#: Of x86-64, whose instruction sets are the same templates, and which the other tests force all.
_ONE = "x86-64-v3"
_NOTHING = shutil.which("true") or "true"  # for tools that CMake wants and never calls
_WINDOWS = {"CMAKE_RC_COMPILER": _NOTHING}
_MACOS = {"CMAKE_INSTALL_NAME_TOOL": _NOTHING, "CMAKE_OSX_SYSROOT": ""}

#: By the names that zig has for them.
PLATFORMS = {
    "x86_64-linux-musl": Platform("Linux", (), _ONE),
    "aarch64-linux-musl": Platform("Linux", ("qemu-aarch64",)),
    "riscv64-linux-musl": Platform("Linux", ("qemu-riscv64",)),
    "s390x-linux-musl": Platform("Linux", ("qemu-s390x",)),  # big-endian
    "powerpc64-linux-musl": Platform("Linux", ("qemu-ppc64",)),  # big-endian, with vectors
    "x86_64-windows-gnu": Platform("Windows", ("wine64",), _ONE, _WINDOWS, ".exe"),
    "aarch64-windows-gnu": Platform("Windows", settings=_WINDOWS, suffix=".exe"),
    "aarch64-macos": Platform("Darwin", settings=_MACOS),
    "x86_64-macos": Platform("Darwin", None, _ONE, _MACOS),
    "wasm32-wasi": Platform("WASI", (sys.executable, "-m", "wasmtime")),
}


def zig() -> str:
    """Return the compiler of the package ziglang."""
    found = importlib.util.find_spec("ziglang")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the package ziglang is not installed: python -m pip install ziglang")
    return str(Path(found.submodule_search_locations[0]) / "zig")


def build(name: str, folder: Path, optimization: str) -> None:
    """Compile and link the programs for a platform."""
    platform = PLATFORMS[name]
    settings = {
        "CMAKE_SYSTEM_NAME": platform.system,
        "CMAKE_SYSTEM_PROCESSOR": name.partition("-")[0],
        "CMAKE_CXX_COMPILER": f"{zig()};c++",
        "CMAKE_CXX_COMPILER_TARGET": name,
        "MINLOC_KERNEL_CHECK": "ON",
        "MINLOC_ISAS": platform.isas,
        "MINLOC_OPTIMIZATION": optimization,
        **platform.settings,
    }
    definitions = [f"-D{key}={value}" for key, value in settings.items()]
    subprocess.run(
        ["cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja", *definitions], check=True
    )
    subprocess.run(["cmake", "--build", str(folder)], check=True)


def check(name: str, folder: Path, one_in: int) -> str:
    """Run the programs; return what the last line of each says."""
    platform = PLATFORMS[name]
    if not platform.has_runner():
        return "compiled and linked, not run"
    assert platform.runner is not None
    said = []
    for program in "kernel_check", "kernel_check_top_k", "kernel_check_windows":
        path = str(folder / f"{program}{platform.suffix}")
        done = subprocess.run(
            [*platform.runner, path, str(one_in)], stdout=subprocess.PIPE, text=True, check=False
        )
        sys.stdout.write(done.stdout)
        lines = [line for line in done.stdout.splitlines() if " passed, " in line]
        if done.returncode or not lines:
            return f"FAILED ({program}, exit status {done.returncode})"
        said += lines
    return "; ".join(said)


def main() -> int:
    """Build and run what is asked for; return how many platforms failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("platforms", nargs="*", default=list(PLATFORMS), metavar="PLATFORM")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "cross")
    parser.add_argument("--optimization", default="-O1")
    parser.add_argument("--one-in", type=int, default=10, help="of the fills and layouts")
    arguments = parser.parse_args()
    failures = 0
    rows = []
    for name in arguments.platforms:
        began = time.monotonic()
        try:
            build(name, arguments.build / name, arguments.optimization)
            result = check(name, arguments.build / name, arguments.one_in)
        except subprocess.CalledProcessError as error:
            result = f"FAILED to build ({error})"
        failures += result.startswith("FAILED")
        rows.append(f"| `{name}` | {result} | {time.monotonic() - began:.0f} s |")
        print(rows[-1], flush=True)
    print("\n| platform | result | |\n|---|---|---|", *rows, sep="\n")
    return failures


if __name__ == "__main__":
    sys.exit(main())

"""threadpoolctl lists minloc, and limits it."""

import subprocess
import sys

import threadpoolctl

import minloc.threadpool


def own() -> list[dict[str, object]]:
    """Return what threadpoolctl says of minloc."""
    return [lib for lib in threadpoolctl.threadpool_info() if lib["user_api"] == "minloc"]


def test_limits_hold_for_minloc() -> None:
    """Within a limit calls use no more threads, and afterwards as many as before."""
    before = minloc.get_num_threads()
    minloc.set_num_threads(5)
    try:
        [core] = own()
        assert (core["num_threads"], core["version"]) == (5, minloc.__version__)
        with threadpoolctl.threadpool_limits(2):
            assert minloc.get_num_threads() == 2
            assert own()[0]["num_threads"] == 2
        with threadpoolctl.threadpool_limits(3, user_api="minloc"):
            assert minloc.get_num_threads() == 3
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            assert minloc.get_num_threads() == 5
        assert minloc.get_num_threads() == 5
    finally:
        minloc.set_num_threads(before)


def test_another_core_is_not_taken_for_it() -> None:
    """A library whose file is called _core, too, is not minloc."""
    program = (
        "import minloc.threadpool, threadpoolctl, shutil, ctypes, tempfile, _ctypes;"
        "folder = tempfile.mkdtemp(); name = folder + '/_core.so';"
        "shutil.copy(_ctypes.__file__, name); ctypes.CDLL(name);"
        "print([lib['filepath'] for lib in threadpoolctl.threadpool_info()"
        " if lib['user_api'] == 'minloc']); shutil.rmtree(folder)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("_core") == 1

"""CSV as text: quotes, line breaks, encodings, lengths, comments, and files that change."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from support.command import Run, in_process_of_its_own


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\n\nx,y\n3,a\n1,b\n", ()),
        (b"\r\n  \r\nx,y\r\n3,a\r\n1,b\r\n", ()),
        (b"\xef\xbb\xbfx,y\n3,a\n1,b\n", ()),
        (b"x,y\r3,a\r1,b\r", ()),
        (b"x,y\n3,a\n\n1,b", ()),
        (b"A title\nand more\nx,y\n3,a\n1,b\n", ("--skip-lines", 2)),
        (b"# made by, \"us\nx,y\n# no, \"\n3,a\n1,b\n#1,2,3\n", ("--comment", "#")),
        (b'x,y\n3,5"\n# no, "\n1,b\n', ("--comment", "#")),
        (b'x,y\n3,"a\n#b"\n1,b\n', ("--comment", "#")),
        (b"sep=;\r\nx;y\r\n3;a\r\n1;b\r\n", ()),
        (b"3,a\n1,b\n", ("--no-header",)),
        (b"x,y\n3,\"a\n0,b\"\n1,b\n", ()),
        (b"x,y\n3,5\"\n1,b\n", ()),
        (b"x,y\n3,\"a \"\"b\"\"\"\n1,b\n", ()),
        (b"x,y\n3,\"a\n1,b\n", ("--quote", "none")),
        (b"x,y\n3,a\n1,b\n0\n0,1,2\n", ("--ragged", "skip")),
        ("x,y\n3,ä\n1,€\n".encode("utf-16"), ()),
        ("x,y\n3,ä\n1,€\n".encode("utf-32"), ()),
        ("x,y\n3,ä\n1,€\n".encode("utf-16-be"), ("--encoding", "utf-16-be")),
        ("x,y\n3,ä\n1,b\n".encode("cp1252"), ("--encoding", "cp1252")),
        ("x,y\n3,ä\n1,b\n".encode("latin-1"), ()),
        ("x,y\n3,ä\n1,b\x1cc\x0bd\n".encode(), ()),
    ],
)  # fmt: skip
def test_the_row_is_found_in_text_of_every_kind(
    run: Run, text: bytes, words: tuple[Any, ...]
) -> None:
    """Blank lines, marks, line ends, preambles, comments, quotes, encodings."""
    Path("t.csv").write_bytes(text)
    ran = run("t.csv", "-c", "0", "--json", *words)
    [answer] = ran.answers
    assert (answer["row"], answer["value"]) == (1, 1)
    assert answer["column"] == ("0" if words == ("--no-header",) else "x")
    assert list(answer["fields"].values())[1][0] in "b€"
    assert run("t.csv", "-c", "0", "--json", "--max", *words).answers[0]["row"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"x,y\n3,\"a\n1,b\n", "line 2: a quoted field is opened and never closed"),
        (b"x,y\n3,\"a\n1,b\n2,\"c\"\n0,d\n", "line 2: a quoted field goes on after"),
        (b"x,y\n3,\"a\"b\"\n1,b\n", "line 2: a quoted field goes on"),
        (b"x,\"y\n3,4\n", "line 1: a quoted field is opened and never closed"),
        (b"x,y\n3,a\n\"1\n2\",b\n0\n", "line 5: Expected 2 columns, got 1"),
        (b"title\nx,y\n3,a\n", "line 2: Expected 1 columns, got 2: --ragged skip leaves out"),
        (b"x,y\n3,a\n1,\0b\n", "zero bytes in line 3"),
        (b"x,y\n3,\xff\n1,\xc3\xa4\n", None),
        (b",,\n3,4,5\n", "has a header without a name in line 1"),
    ],
)  # fmt: skip
def test_text_that_cannot_be_sure_names_its_line(run: Run, text: bytes, said: str | None) -> None:
    """A quote that is missing does not swallow rows without a word."""
    Path("t.csv").write_bytes(text)
    ran = run("t.csv", "-c", "1" if said is None else "0")
    assert (ran.status, ran.out) == (2, "")
    assert (said or "is not UTF-8 in line 2, in column 'y': --encoding latin-1") in ran.err
    assert ran.err.count("\n") == 1
    if said is None:  # nobody asked for that column
        assert run("t.csv", "-c", "0", "--json").answers[0]["value"] == 1


def test_latin_1_is_noticed(run: Run) -> None:
    """Text that is nowhere UTF-8 is read, and standard error says how."""
    Path("t.csv").write_bytes("x,ort\n2,Köln\n1,Ölbronn\n".encode("latin-1"))
    ran = run("t.csv", "-c", "x", "-w", "ort == 'Ölbronn'", "--json")
    assert ran.answers[0]["fields"]["ort"] == "Ölbronn"
    assert ran.err.startswith("minloc: t.csv: is not UTF-8, so it was read as Latin-1")
    assert ran.err.count("\n") == 1
    assert run("t.csv", "-c", "x", "--encoding", "latin-1").err == ""
    assert "is unknown" in run("t.csv", "-c", "x", "--encoding", "klingon").err
    Path("cut.csv").write_bytes("x\n1\n".encode("utf-16")[:-1])
    assert "is not utf-16" in run("cut.csv", "-c", "x").err


def test_ragged_lines_that_are_skipped_are_counted(run: Run) -> None:
    """Standard error says how many, and where the first is."""
    lines = [f"{i},a" if i % 1000 else f"{i}" for i in range(1, 50_001)]
    Path("t.csv").write_text("\n".join(["x,y", *lines, "0,best", ""]))
    ran = run("t.csv", "-c", "x", "--ragged", "skip", "--json", "--memory", "1MB")
    assert ran.answers[0]["fields"] == {"x": "0", "y": "best"}
    assert ran.answers[0]["row"] == 50_000 - 50
    assert ran.err == "minloc: t.csv: 50 ragged records were skipped, the first in line 1001\n"


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
def test_long_lines_are_data(suffix: str) -> None:
    """A field of some megabytes, a header of 20,000 columns: in a process, which has to end."""
    open_ = gzip.open if suffix.endswith("gz") else open
    with open_(f"long.{suffix}", "wt") as file:
        file.write("text,x\n" + "a" * 5_000_000 + ",2\n" + "b" * 3_000_000 + ",1\nc,3\n")
    done = in_process_of_its_own(f"long.{suffix}", "-c", "x", "--json", "--memory", "64MB")
    assert json.loads(done.stdout)["row"] == 1
    with open_(f"wide.{suffix}", "wt") as file:
        file.write(",".join(f"gene{i}" for i in range(20_000)) + "\n")
        for row in range(3):
            file.write(",".join(str((i + row) % 7) for i in range(20_000)) + "\n")
    done = in_process_of_its_own(f"wide.{suffix}", "-c", "gene19999", "--json")
    assert json.loads(done.stdout)["value"] == min((19_999 + row) % 7 for row in range(3))
    with open_(f"endless.{suffix}", "wt") as file:
        file.write("x" * 40_000_000)
    done = in_process_of_its_own(f"endless.{suffix}", "-c", "x", "--memory", "32MB")
    assert done.returncode == 2
    assert "in line 1: a larger --memory allows it" in done.stderr
    assert done.stderr.count("\n") == 1
    with open_(f"short.{suffix}", "wt") as file:
        file.write("x" * 100_000)
    done = in_process_of_its_own(f"short.{suffix}", "-c", "x")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no line break" in done.stderr


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same_minloc: None) -> None:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("cut", [True, False])
def test_a_file_that_changes_while_it_is_read_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, cut: bool
) -> None:
    """It is cut at the end of a row, or grows; neither looks like damage."""
    from minloc._cli.formats.parser import Parser

    Path("t.csv").write_text("x,y\n" + "5,a\n" * 200_000)
    real = Parser.parse
    seen: list[object] = []

    def parse(self: Parser, *arguments: Any) -> Any:
        if not seen:
            if cut:
                os.truncate("t.csv", 4 * 150_001)
            else:
                with open("t.csv", "a") as file:
                    file.write("1,b\n")
        seen.append(arguments)
        return real(self, *arguments)

    monkeypatch.setattr(Parser, "parse", parse)
    ran = run("t.csv", "-c", "x", "--memory", "1MB")
    assert (ran.status, ran.out) == (2, "")
    assert "t.csv: changed while it was read: it had 800004 bytes, and has " in ran.err


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: compressed_as(data, "zstd"),
    "lz4": lambda data: compressed_as(data, "lz4"),
}


def compressed_as(data: bytes, name: str) -> bytes:
    """Compress data as a file, with a frame around it."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, name) as stream:
        stream.write(data)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("kind", COMPRESSORS)
def test_compressed_text(run: Run, kind: str) -> None:
    """Whole, and cut off in the middle, which is an error and no shorter table."""
    data = b"x,y\n" + b"".join(b"%d,%d\n" % (i * 7919 % 100_003, i) for i in range(60_000))
    packed = COMPRESSORS[kind](data)
    Path(f"t.csv.{kind}").write_bytes(packed)
    [answer] = run(f"t.csv.{kind}", "-c", "x", "--max", "--json").answers
    assert answer["row"] == int(np.argmax(np.arange(60_000) * 7919 % 100_003))
    for part in 0.3, 0.9, 0.999:
        Path(f"t.csv.{kind}").write_bytes(packed[: int(len(packed) * part)])
        ran = run(f"t.csv.{kind}", "-c", "x", "--max")
        assert (ran.status, ran.out) == (2, ""), part
        assert ran.err.count("\n") == 1


def test_columns_of_one_name_are_chosen_by_number(run: Run) -> None:
    """Both are in the row that is printed; a name that is a number comes first."""
    Path("t.csv").write_text("x,y,x\n1,5,9\n2,4,8\n")
    ran = run("t.csv", "-c", "x")
    assert "has 2 columns named 'x'; they can be called x#0, x#2" in ran.err
    for column in "2", "x#2":
        [answer] = run("t.csv", "-c", column, "--json").answers
        assert answer["fields"] == {"x#0": "2", "y": "4", "x#2": "8"}
        assert (answer["row"], answer["column"]) == (1, "x#2")
    assert run("t.csv", "-c", "y", "-w", "`x#2` > 8", "--json").answers[0]["row"] == 0
    Path("t.csv").write_text("1,0\n5,9\n6,8\n")
    assert run("t.csv", "-c", "1", "--json").answers[0]["value"] == 5
    assert run("t.csv", "-c", "0", "--json").answers[0]["value"] == 8
    assert "there is no column '2'" in run("t.csv", "-c", "2").err
    Path("t.csv").write_text("1,7,1\n5,9,2\n6,8,3\n")  # a name of several, not a number
    assert "has 2 columns named '1'; they can be called 1#0, 1#2" in run("t.csv", "-c", "1").err


@pytest.mark.parametrize("seed", range(6))
def test_random_text_agrees_with_pandas(run: Run, seed: int) -> None:
    """Quotes, delimiters and line breaks in fields, in many blocks."""
    rng = np.random.default_rng(seed)
    n = 20_000
    letters = np.array(["a", '"', ",", "\n", "\r\n", "ä", "€", " ", "b", "7"])
    texts = ["".join(rng.choice(letters, rng.integers(1, 9))) + "." for _ in range(n)]
    frame = pd.DataFrame({"t": texts, "x": rng.permutation(n), "u": texts[::-1]})
    frame.to_csv("t.csv", index=False, quoting=int(rng.integers(0, 3)))
    read = pd.read_csv("t.csv", keep_default_na=False)
    answers = run("t.csv", "-c", "x", "--top", 9, "--json", "--memory", "1MB").answers
    rows = np.argsort(read["x"].to_numpy())[:9]
    assert [answer["row"] for answer in answers] == rows.tolist()
    for answer in answers:
        there = read.iloc[answer["row"]]
        assert answer["fields"] == {"t": there.t, "x": str(there.x), "u": there.u}
    [low] = run("t.csv", "-c", "t", "--json", "--memory", "1MB", "--text").answers
    assert low["value"] == min(read["t"])


@pytest.mark.parametrize("stray", ['5"', 'a "b" c', 'a,"b'])
def test_quotes_that_stand_inside_of_fields_late_in_the_file(run: Run, stray: str) -> None:
    """Blocks that were cut as if quotes alternated are cut again; a quote that is open is found."""
    lines = [f'{i},"a, ""b"" {i}\n{i}"' for i in range(1, 40_001)]
    for at in range(20_000, 40_000, 3_000):
        lines[at] = f"{at + 1},{stray}"
    Path("t.csv").write_text("\n".join(["x,y", *lines, '0,"the end"', ""]))
    ran = run("t.csv", "-c", "x", "--json", "--top", 2, "--memory", "1MB")
    if stray == 'a,"b':
        assert ran.status == 2
        assert "line 40002: a quoted field goes on after" in ran.err
        return
    assert [(a["row"], a["fields"]["x"]) for a in ran.answers] == [(40_000, "0"), (0, "1")]
    [answer] = run("t.csv", "-c", "x", "-w", f"x == {20_001}", "--json", "--memory", "1MB").answers
    assert answer["fields"] == {"x": "20001", "y": stray}


def test_a_first_line_of_numbers_is_noticed(run: Run) -> None:
    """It may be a row; the names that libraries give to columns without names are none."""
    for text, noticed in [
        ("3,0.5\n1,2\n", True), ("7\n8\n", True), ("0\n8\n", True), ("1,1\n2,3\n", True),
        ("0,1,2\n8,9,9\n", False), (",0,1\n0,8,9\n", False), ("a,1\n8,9\n", False),
    ]:  # fmt: skip
        Path("a.csv").write_text(text)
        name = text.partition("\n")[0].split(",")[-1]
        ran = run("a.csv", "-c", f"{name}#1" if text.startswith("1,1") else name)
        assert ran.status == 0
        assert ("--no-header reads it as a row" in ran.err) == noticed, text
        assert "--no-header" not in run("a.csv", "-c", "0", "--no-header").err

"""Exceptions to a rule carry their reason on the line, and no file names the machine it was written on."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

TYPE_IGNORE = re.compile(r"#\s*(?:type|pyright):\s*ignore(?P<code>\[[^\]]+\])?(?P<rest>.*)")
NOQA = re.compile(r"#\s*noqa(?P<code>:\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)?(?P<rest>.*)")
BROAD = re.compile(r"^\s*except(?:\s*\*?\s*(?:\(.*\b)?(?:Base)?Exception\b.*|\s*):(?P<rest>.*)")
WORDS = re.compile(r"[A-Za-z]{2,}.*[A-Za-z]{2,}")  # two words at least


def complaints(text: str) -> Iterator[str]:
    """Yield what lacks a code or a reason in the source ``text``."""
    for number, line in enumerate(text.splitlines(), 1):
        broad = BROAD.match(line)
        if broad and not WORDS.search(broad["rest"].replace("noqa: BLE001", "")):
            yield f"{number}: a broad except without its reason"
    if not any(pattern.search(text) for pattern in (TYPE_IGNORE, NOQA)):
        return  # no need to look which are comments
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        for what, pattern in (("type: ignore", TYPE_IGNORE), ("noqa", NOQA)):
            found = pattern.search(token.string)
            if found and found["code"] is None:
                yield f"{token.start[0]}: {what} without its code"
            elif found and not WORDS.search(found["rest"]):
                yield f"{token.start[0]}: {what} without its reason"


def test_exceptions_to_a_rule_carry_their_reason(sources: list[Path], top: Path) -> None:
    scripts = sorted((top / "scripts").glob("*.py"))
    wrong = [
        f"{path.relative_to(top)}:{complaint}"
        for path in [*sources, *scripts]
        for complaint in complaints(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "is_fine"),
    [
        ("x = f()  # type: ignore[misc]  # differs by instance", True),
        ("x = f()  # type: ignore[misc]", False),
        ("x = f()  # type: ignore  # differs by instance", False),
        ("x = f()  # noqa: S101 - checked just above", True),
        ("x = f()  # noqa: S101", False),
        ("x = f()  # noqa", False),
        ("except Exception:  # whatever a listener does wrong is its own affair", True),
        ("except BaseException as error:  # noqa: BLE001 - handed to the caller", True),
        ("except BaseException as error:  # noqa: BLE001", False),
        ("except (OSError, Exception):", False),
        ("except:", False),
        ("except ValueError:", True),
        ("x = '# type: ignore'", True),
    ],
)
def test_the_reasons_are_really_looked_for(line: str, *, is_fine: bool) -> None:
    text = f"try:\n    pass\n{line}\n    pass\n" if line.startswith("except") else f"{line}\n"
    assert (list(complaints(text)) == []) is is_fine


# Written in pieces, so that this file does not contain what it looks for.
MACHINE_PATHS = re.compile(
    "|".join(
        [
            r"/ho" + r"me/\w+",
            r"(?<![\w.])/ro" + r"ot/",
            r"(?<![\w./])/wo" + r"rk/",
            r"/Us" + r"ers/\w",
            r"C:\\Us" + r"ers\\\w",
        ]
    )
)
FOLDERS = ("src", "tests", "docs", "scripts", "benchmarks", "news", ".ci")
SUFFIXES = {".cfg", ".jinja", ".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml", ""}


def test_no_file_names_the_machine_it_was_written_on(top: Path) -> None:
    folders = [top / name for name in FOLDERS]
    inner = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
    outer = [path for path in top.iterdir() if path.name != ".git"]  # in a linked worktree it is a file
    files = [path for path in [*outer, *inner] if path.is_file() and path.suffix in SUFFIXES]
    wrong = [
        f"{path.relative_to(top)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert not wrong, "\n".join(wrong)

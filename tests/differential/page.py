"""The page of the documentation that shows the written list: ``python -m tests.differential.page`` writes it."""

from __future__ import annotations

from pathlib import Path

from tests.differential.differences import INTENDED
from tests.differential.matching import Entry

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "differences-from-qcodes.md"
HEAD = """# Differences from QCoDeS: parameters

A parameter of Measurand takes the keywords of a QCoDeS parameter and does the same with them: it sends the same
commands, returns the same values, accepts and refuses the same, and shows the same in cache and snapshot. Where it does
something else, it does so on purpose, and the place is on this page.

The list is complete as far as it is tested: several hundred definitions of parameters of every kind, written by hand
where they are awkward and drawn at random elsewhere, are carried out step by step with both libraries, QCoDeS {version}
as the other. A difference that no entry covers fails the test, and so does an entry that no longer meets one. An error
of Measurand counts as the same if whatever catches the error of QCoDeS catches it too.
"""


def page(version: str) -> str:
    """Return the page for a version of QCoDeS."""
    return HEAD.format(version=version) + "".join(_section(entry) for entry in INTENDED)


def _section(entry: Entry) -> str:
    rows = f"| QCoDeS | {entry.theirs} |\n| Measurand | {entry.ours} |\n| why | {entry.why} |\n"
    return f"\n## {entry.title} {{ #{entry.id} }}\n\n| | |\n|---|---|\n{rows}"


if __name__ == "__main__":
    from scripts.real_qcodes import VERSION

    PAGE.write_text(page(VERSION), encoding="utf-8", newline="\n")

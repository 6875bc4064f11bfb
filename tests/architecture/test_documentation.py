"""The documentation: decisions have their form, every public package has its page, what does not run says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
DECISIONS = sorted((TOP / "docs" / "decisions").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Rejected", "Revisit when"]
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SKIP = re.compile(r"<!---? skip: (?P<what>[^>]*?)-->")


def pages() -> list[Path]:
    return sorted((TOP / "docs").rglob("*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert [heading for heading in HEADINGS if heading not in found] == []
    assert len(text.splitlines()) <= 80
    assert text.startswith(f"# {path.stem[:4]} ")


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    index = (TOP / "docs" / "decisions" / "index.md").read_text(encoding="utf-8")
    menu = (TOP / "mkdocs.yml").read_text(encoding="utf-8")
    assert [path.name for path in DECISIONS if f"({path.name})" not in index or f"/{path.name}" not in menu] == []


def test_every_public_package_has_a_reference_page() -> None:
    packages = [path.parent.name for path in (TOP / "src" / "measurand").glob("[a-z]*/__init__.py")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in (TOP / "docs" / "reference").glob("*.md"))
    missing = [name for name in packages if not re.search(rf"^::: measurand\.{name}\b", written, re.MULTILINE)]
    assert missing == []


def test_a_block_that_is_skipped_says_why() -> None:
    """Sybil runs every Python block of docs/; ``skip: next "why"`` is the only way out."""
    wrong = [
        f"{path.relative_to(TOP)}: {found[0]}"
        for path in pages()
        for found in SKIP.finditer(path.read_text(encoding="utf-8"))
        if not re.fullmatch(r'next,? (if\(.*\), reason=)?".+ .+"\)? ?', found["what"].strip())
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_python_outside_docs_stands_in_a_page_that_runs(name: str) -> None:
    """README shows a session that docs/ runs: the same lines, in the same order, in one page."""
    running = ["".join(PYTHON_BLOCK.findall(path.read_text(encoding="utf-8"))) for path in pages()]
    for block in PYTHON_BLOCK.findall((TOP / name).read_text(encoding="utf-8")):
        assert any(block.strip() in page for page in running), f"{name}: no page of docs/ runs this block:\n{block}"


def test_the_news_fragments_make_a_changelog() -> None:
    kinds = {"breaking", "feature", "fix", "deprecation", "doc"}
    fragments = [path for path in (TOP / "news").glob("*.md") if path.name != "README.md"]
    assert [path.name for path in fragments if path.name.split(".")[1] not in kinds] == []


def test_continuous_integration_runs_the_command_of_the_readme() -> None:
    script = (TOP / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert script[0] == "#!/usr/bin/env bash"
    assert script[-1] == "make test"
    assert "make test" in (TOP / "README.md").read_text(encoding="utf-8")

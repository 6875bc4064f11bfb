"""The examples in docstrings run and answer what they show. The public names of the floors are at hand, as in a session."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[2] / "src"
FLOORS = ("validators", "parameters", "transports", "instrument", "dataset", "measure", "simulation.kit")


@pytest.fixture(scope="module")
def vocabulary() -> dict[str, Any]:
    """What a user has imported before typing an example."""
    packages = [importlib.import_module(f"measurand.{name}") for name in FLOORS]
    return {name: getattr(package, name) for package in packages for name in package.__all__}


def modules() -> list[str]:
    """Return every module of the product; importing a program (``__main__``) would start it."""
    paths = [path.relative_to(SOURCES).with_suffix("") for path in SOURCES.rglob("*.py") if path.stem != "__main__"]
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in paths)


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vocabulary: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    problems: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    for examples in doctest.DocTestFinder(exclude_empty=True).find(module, name, extraglobs=vocabulary):
        if examples.examples:  # to run none has doctest look at every file that Python ever read lines of
            runner.run(examples, out=problems.append)
    vocabulary["close_all"]()
    assert not runner.failures, "\n".join(problems)

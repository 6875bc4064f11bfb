"""The budget script: the project keeps the budgets, and each limit bites."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def budgets(top: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_budgets", top / "scripts" / "check_budgets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def over(budgets: ModuleType, folder: Path, files: dict[str, str]) -> list[str]:
    """Write ``files`` and return what is over budget in them."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [f"{found.kind}: {found.what}" for found in budgets.measure(folder) if found.over]


def test_the_project_keeps_its_budgets(budgets: ModuleType, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(top)
    folders = [Path(name) for name in budgets.FOLDERS if Path(name).is_dir()]
    broken = [str(found) for folder in folders for found in budgets.measure(folder) if found.over]
    assert not broken, "\n".join(broken)


def test_a_file_may_have_500_lines(budgets: ModuleType, tmp_path: Path) -> None:
    assert over(budgets, tmp_path, {"good": "x = 1\n" * 500, "bad": "x = 1\n" * 501}) == ["lines: file"]


def test_a_function_may_have_50_code_lines(budgets: ModuleType, tmp_path: Path) -> None:
    good = "def good():\n" + "    x = 1\n" * 49
    bad = "class A:\n    def bad(self):\n" + "        x = 1\n" * 50
    assert over(budgets, tmp_path, {"sizes": good + bad}) == ["code lines: A.bad"]


def test_a_signature_is_one_line_however_it_is_written(budgets: ModuleType, tmp_path: Path) -> None:
    arguments = "".join(f"    a{i},\n" for i in range(48))
    good = f"def good(\n{arguments}):\n" + "    x = 1\n" * 49
    bad = f"def bad(\n{arguments}):\n" + "    x = 1\n" * 50
    assert over(budgets, tmp_path, {"sizes": good + bad}) == ["code lines: bad"]


def test_explaining_costs_nothing(budgets: ModuleType, tmp_path: Path) -> None:
    explained = '"""Say.\n\n' + "    why\n" * 30 + '    """\n' + "    # because\n\n" * 30
    text = f"def good():\n    {explained}" + "    x = 1\n" * 49
    assert over(budgets, tmp_path, {"sizes": text}) == []


@pytest.mark.parametrize(
    ("opening", "line", "end"), [('"""', "", '"""'), ("'''", "# data", "'''"), ('"', "# data\\", '"')]
)
def test_a_text_that_is_data_is_code(budgets: ModuleType, tmp_path: Path, opening: str, line: str, end: str) -> None:
    text = f"def bad():\n    return {opening}" + f"{line}\n" * 60 + f"{end}\n"
    assert over(budgets, tmp_path, {"sizes": text}) == ["code lines: bad"]


def test_a_class_may_have_20_methods(budgets: ModuleType, tmp_path: Path) -> None:
    methods = "".join(f"    def m{i}(self): ...\n" for i in range(20))
    good = f"class Good:\n{methods}"
    bad = f"class Bad:\n{methods}    if True:\n        def one_more(self): ...\n"
    assert over(budgets, tmp_path, {"sizes": good + bad}) == ["methods: Bad"]


def test_overloads_and_setters_count_once(budgets: ModuleType, tmp_path: Path) -> None:
    overloads = "    @overload\n    def m(self): ...\n" * 30
    setter = "    @property\n    def v(self): ...\n    @v.setter\n    def v(self, value): ...\n" * 3
    assert over(budgets, tmp_path, {"sizes": f"class Good:\n{overloads}{setter}"}) == []


def test_a_class_may_have_four_ancestors(budgets: ModuleType, tmp_path: Path) -> None:
    files = {
        "lab/__init__": "from ._node import Node\n",
        "lab/_node": "class Root(Exception): ...\nclass Node(Root): ...\n",
        "drivers/one": "from lab import Node as N\nclass A(N[int]): ...\nclass Three(A): ...\nclass Four(Three): ...\n",
        "drivers/two": "from .one import Three\nclass Four(Three): ...\nclass Five(Four): ...\n",
        "drivers/three": "import drivers.two\nclass Six(drivers.two.Five): ...\n",
        "drivers/four": "from drivers import two\nclass AlsoSix(ValueError, two.Five): ...\n",
    }
    assert sorted(over(budgets, tmp_path, files)) == [
        "ancestors in the project: AlsoSix",
        "ancestors in the project: Five",
        "ancestors in the project: Six",
    ]


def test_classes_that_name_each_other_end_the_search(budgets: ModuleType, tmp_path: Path) -> None:
    files = {"a": "from b import B\nclass A(B): ...\n", "b": "from a import A\nclass B(A): ...\n"}
    assert over(budgets, tmp_path, files) == []


def test_nesting_may_be_four_deep(budgets: ModuleType, tmp_path: Path) -> None:
    good = "def good():\n for a in b:\n  if a:\n   with a:\n    try:\n     pass\n    finally:\n     pass\n"
    bad = "def bad():\n for a in b:\n  if a:\n   pass\n  else:\n   with a:\n    while a:\n     match a:\n      case 1: pass\n"
    assert over(budgets, tmp_path, {"sizes": good + bad}) == ["levels of nesting: bad"]


def test_elif_is_no_deeper_than_if(budgets: ModuleType, tmp_path: Path) -> None:
    text = "def good():\n if a: pass\n" + " elif b: pass\n" * 6 + " else: pass\n"
    assert over(budgets, tmp_path, {"sizes": text}) == []


@pytest.mark.parametrize("name", ["utils", "_helpers", "string_utils", "_base", "common", "manager"])
def test_names_that_say_nothing_are_refused(budgets: ModuleType, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("", encoding="utf-8")
    (tmp_path / "database.py").write_text("", encoding="utf-8")
    assert len([found for found in budgets.measure(tmp_path) if found.over]) == 1


def test_the_report_names_place_size_and_limit(budgets: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("def f():\n" + "    x = 1\n" * 60, encoding="utf-8")
    text = budgets.report(budgets.measure(tmp_path))
    assert f"{tmp_path / 'long.py'}:1: f: 61 code lines, allowed 50" in text
    assert "1 files, 1 over budget" in text


def test_the_command_fails_when_something_is_over(
    budgets: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fine.py").write_text("x = 1\n", encoding="utf-8")
    assert budgets.main([str(tmp_path)]) == 0
    (tmp_path / "utils.py").write_text("", encoding="utf-8")
    assert budgets.main([str(tmp_path)]) == 1
    assert budgets.main([str(tmp_path / "absent")]) == 2
    assert "No such folder" in capsys.readouterr().err

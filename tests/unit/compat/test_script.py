"""A script written for QCoDeS is run: from the command line, as a module, in a notebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from measurand.cli import main
from measurand.compat import load_ipython_extension, uninstall_as_qcodes, unload_ipython_extension

SCRIPT = """
import sys
import qcodes as qc
import beside
gate = qc.Parameter("gate", unit="V", set_cmd=None, initial_value=beside.VALUE)
print(__name__, sys.argv[1:], gate(), type(gate).__module__.split(".")[0])
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "beside.py").write_text("VALUE = 0.25\n", encoding="utf-8")
    path = tmp_path / "old script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.mark.parametrize("words", [["--as-qcodes", "{}", "a", "-b"], ["{}", "a", "-b", "--as-qcodes"]])
def test_the_command_runs_a_script(script: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.argv[:], sys.path[:]
    try:
        assert main(["run", *(word.format(script) for word in words)]) == 0
    finally:
        uninstall_as_qcodes()
        sys.modules.pop("beside", None)
    assert capsys.readouterr().out == "__main__ ['a', '-b'] 0.25 measurand\n"
    assert (sys.argv, sys.path) == before


def test_without_the_flag_a_script_is_run_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.py").write_text(
        "import measurand; print('qcodes' in __import__('sys').modules)\n", encoding="utf-8"
    )
    assert main(["run", str(tmp_path / "new.py")]) == 0
    assert capsys.readouterr().out == "False\n"


def test_an_error_in_the_script_is_shown_where_it_happened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.py").write_text("import measurand\n\nmeasurand.Parameter('a b')\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "bad.py")]) == 1
    shown = capsys.readouterr().err
    assert 'bad.py", line 3' in shown
    assert "DefinitionError" in shown


def test_the_script_says_how_it_ends(tmp_path: Path) -> None:
    (tmp_path / "ends.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["run", str(tmp_path / "ends.py")])
    assert caught.value.code == 3


def test_a_script_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "nowhere.py"])
    assert "there is no file 'nowhere.py'" in capsys.readouterr().err


def test_python_dash_m(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "measurand.compat", script, "x"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "__main__ ['x'] 0.25 measurand\n"
    unasked = subprocess.run([sys.executable, "-m", "measurand.compat"], capture_output=True, text=True, check=False)
    assert unasked.returncode == 1
    assert unasked.stderr.startswith("usage: python -m measurand.compat script.py")


def test_a_notebook_loads_it_with_one_line() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    try:
        shell.run_line_magic("load_ext", "measurand.compat")
        shell.run_cell("import qcodes as qc; seen = qc.Parameter('a').name")
        assert shell.user_ns["seen"] == "a"
        shell.run_line_magic("unload_ext", "measurand.compat")
        assert "qcodes" not in sys.modules
    finally:
        uninstall_as_qcodes()
    assert callable(load_ipython_extension)
    assert callable(unload_ipython_extension)

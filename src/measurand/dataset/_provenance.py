"""What a run says by itself of where it comes from: computer, versions, and the code that called it, with its git state.

Git is asked once per process, since a script is read once; in a notebook, whose cells change, beside a run that begins more
than a minute after it was asked. It is started beside the run and collected when it is done, so that no run waits for it:
a run that began before has the answer as an event at its end. What fails is left out.
"""

from __future__ import annotations

import atexit
import functools
import gzip
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.version import VERSION
from measurand.dataset import _here

DIFF_NAME = "code.diff.gz"
_MOST_DIFF = 1_000_000  # characters; more is no change that somebody will read
_FRESH = 60.0  # s
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv")
_LIBRARIES = ("numpy", "pyvisa", "pyvisa_py", "pyarrow", "qcodes")
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def process_facts() -> dict[str, Any]:
    """Return host, user, process and system."""
    return {"host": _here.host(), "user": _here.user(), "pid": os.getpid(), "system": dict(_system())}


def versions(snapshot: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the versions of Python, Measurand, the libraries in use and the packages of the drivers in a snapshot."""
    packages = {*_LIBRARIES, *(name for name in _classes(snapshot or {}))} & sys.modules.keys() - {"measurand"}
    known = {name: _version(name) for name in sorted(packages)}
    return {"python": platform.python_version(), "measurand": VERSION, **{n: v for n, v in known.items() if v}}


def calling_code() -> dict[str, Any]:
    """Return the script or notebook that is running, and the number of its cell; empty in a bare interpreter."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        names = getattr(shell, "user_ns", {})
        file = names.get("__vsc_ipynb_file__") or names.get("__session__") or os.environ.get("JPY_SESSION_NAME")
        found = {"cell": f"In [{getattr(shell, 'execution_count', '?')}]"}
        return {**found, "file": str(file)} if file else found
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    return {"file": str(Path(file).absolute())} if file else {}


class Code:
    """The code that is calling, as far as it is known: its file at once, its git state once git has answered."""

    def __init__(self) -> None:
        self._git: GitState | None = None
        self._since = SYSTEM_CLOCK.monotonic()

    @property
    def is_fresh(self) -> bool:
        """Whether what is known still holds: a script is what it was when it was started, a notebook is written on."""
        return SYSTEM_CLOCK.monotonic() - self._since < _FRESH or "cell" not in calling_code()

    def facts(self) -> dict[str, Any] | None:
        """Return what is known; None as long as git is busy. Starts git if this is the first time."""
        known = calling_code()
        if self._git is None:
            file = Path(known["file"]) if "file" in known else None
            self._git = GitState(Path.cwd() if file is None else file.parent, file)
            atexit.register(self._git.close)
        answer = self._git.answer()
        if answer is None:
            return None
        atexit.unregister(self._git.close)
        return {**known, **answer}

    @property
    def diff(self) -> str:
        """What was changed since the commit, as git shows it; empty if nothing is known."""
        return "" if self._git is None else self._git.diff


def code() -> Code:
    """Return the code that calls now; a run keeps what it got at its start."""
    kept = _kept()
    if not kept or not kept[-1].is_fresh:
        kept[:] = [Code()]
    return kept[-1]


@functools.cache
def _kept() -> list[Code]:
    """The one of this process."""
    return []


class GitState:
    """The commit that the code was at, and what was changed since; found out by git in processes of their own.

    Args:
        folder: Where the code is.
        file: The script or notebook itself; one that git does not know yet is all change.
    """

    def __init__(self, folder: Path, file: Path | None = None) -> None:
        self._asked: dict[str, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}
        self._answer: dict[str, Any] | None = None
        self.diff = ""
        if not any((place / ".git").exists() for place in (folder, *folder.parents)):
            self._answer = {}
            return
        try:
            self._ask(folder, "about", "rev-parse", "HEAD", "--abbrev-ref", "HEAD")
            self._ask(folder, "diff", *_DIFF, "HEAD")
            if file is not None and file.is_file():
                self._ask(folder, "known", "ls-files", "--", str(file))
                self._ask(folder, "file", *_DIFF, "--no-index", "--", os.devnull, str(file))
        except OSError:  # no git here
            self.close()

    def answer(self) -> dict[str, Any] | None:
        """Return ``commit``, ``branch`` and ``changed``, empty if there is no answer; None as long as git is busy."""
        if self._answer is None and all(process.poll() is not None for process, _ in self._asked.values()):
            self._collect()
        return self._answer

    def close(self) -> None:
        """End git if it has not answered; then there is no answer."""
        for process, file in self._asked.values():
            process.kill()
            process.wait()
            file.close()
        self._asked = {}
        self._answer = self._answer or {}

    def _ask(self, folder: Path, name: str, *words: str) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as git writes; a pipe would stop it when full
        # A program that git started, a hook for one, is told of another repository.
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = {**own, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
        try:
            process = subprocess.Popen(  # noqa: S603 - no word of it comes from outside
                ["git", "-C", str(folder), *words],  # noqa: S607 - the git that the user has
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=_NO_WINDOW,
            )
        except OSError:
            file.close()
            raise
        self._asked[name] = process, file

    def _collect(self) -> None:
        said = {}
        for name, (process, file) in self._asked.items():
            file.seek(0)
            answered = process.returncode == 0 or name == "file"  # which says by 1 that there is a difference
            said[name] = file.read(_MOST_DIFF + 1).decode(errors="replace") if answered else ""
            file.close()
        self._asked = {}
        commit, _, branch = said["about"].strip().partition("\n")
        if not commit:
            self._answer = {}
            return
        diff = said["diff"] + ("" if said.get("known", "known") else said["file"])
        self._answer = {"commit": commit, "branch": branch, "changed": bool(diff)}
        if len(diff) <= _MOST_DIFF:
            self.diff = diff
        else:
            self._answer["diff"] = f"not kept: more than {_MOST_DIFF} characters"


def write_diff(folder: Path, diff: str) -> None:
    """Write what was changed in the code since its commit, if anything was."""
    if diff:
        (folder / DIFF_NAME).write_bytes(gzip.compress(diff.encode(), mtime=0))


def read_diff(folder: Path) -> str:
    """Return what `write_diff` wrote; empty if nothing was changed."""
    try:
        return gzip.decompress((folder / DIFF_NAME).read_bytes()).decode()
    except FileNotFoundError:
        return ""


@functools.cache
def _system() -> Mapping[str, str]:
    return {"os": platform.platform(), "machine": platform.machine(), "python": sys.executable}


@functools.cache
def _version(package: str) -> str:
    said = getattr(sys.modules.get(package), "__version__", None)
    if said is None:
        try:
            said = importlib.metadata.version(package.replace("_", "-"))
        except importlib.metadata.PackageNotFoundError:
            return ""
    return str(said)


def _classes(tree: Mapping[str, Any], depth: int = 3) -> Iterator[str]:
    """Yield the packages of the classes that a snapshot names near its top, where instruments are."""
    for key, value in tree.items():
        if key == "__class__" and isinstance(value, str):
            yield value.partition(".")[0]
        elif depth and isinstance(value, Mapping):
            yield from _classes(value, depth - 1)

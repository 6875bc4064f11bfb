"""Guids that are in files, folders and texts."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._load import get_guids_by_run_spec


def guids_from_dbs(db_paths: Iterable[Path]) -> tuple[dict[Path, list[str]], dict[str, Path]]:
    """Return the guids in databases, and the database of each guid.

    Args:
        db_paths: Files, or data roots.
    """
    by_path = {Path(path): get_guids_by_run_spec(conn=AtomicConnection(path)) for path in db_paths}
    return by_path, {guid: path for path, guids in by_path.items() for guid in guids}


def guids_from_dir(basepath: Path | str) -> tuple[dict[Path, list[str]], dict[str, Path]]:
    """Return the guids in all databases at or below a folder, and the database of each guid.

    A database is a file ``name.db``, or a data root ``name``, called ``name.db`` too.
    """
    base = Path(basepath)
    files = set(base.rglob("*.db"))
    roots = {mark.parent.parent for mark in base.rglob(".measurand/root.json")}
    files |= {root.with_name(f"{root.name}.db") for root in roots if root != base}
    return guids_from_dbs(sorted(files))


def guids_from_list_str(s: str) -> tuple[str, ...] | None:
    """Return the guids in a text: a list, tuple or set of texts as Python or JSON writes it, or one guid.

    Returns:
        The guids, without what is None; of an empty text none; None: it is no such text.

    Example:
        >>> guids_from_list_str("['07fd7195-c51e-44d6-a085-fa8274cf00d6', None]")
        ('07fd7195-c51e-44d6-a085-fa8274cf00d6',)
    """
    if not s.strip():
        return ()
    try:
        parsed = ast.literal_eval(s.strip().replace("null", "None"))
    except (ValueError, SyntaxError):
        return (s.strip(),) if len(s.strip()) == 36 and s.count("-") == 4 else None
    if isinstance(parsed, str):
        return (parsed,)
    if not isinstance(parsed, (list, tuple, set)):
        return None
    return tuple(one for one in parsed if isinstance(one, str))

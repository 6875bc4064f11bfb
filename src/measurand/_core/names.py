"""Names: what may be one, which known one was meant, and how to write one into a path."""

from __future__ import annotations

import difflib
import keyword
import re
import unicodedata
from collections.abc import Iterable

from measurand.errors import DefinitionError


def check_identifier(name: object, what: str) -> str:
    """Return ``name`` if it can be an attribute, e.g. ``dac.gate_1``.

    Args:
        name: The candidate.
        what: What it would name, for the message, e.g. ``"parameter"``.

    Raises:
        DefinitionError: It is no text, no Python identifier, or a Python keyword.
    """
    if isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name):
        return name
    suggestion = identifier_like(name) if isinstance(name, str) and name else None
    article = "an" if what[:1] in "aeiou" else "a"
    advice = f" Use {suggestion!r}, and put the readable text into the label." if suggestion else ""
    raise DefinitionError(
        f"{name!r} cannot be the name of {article} {what}: allowed are letters, digits and underscores, not starting with "
        f"a digit, and no Python keyword.{advice}"
    )


def identifier_like(text: str) -> str:
    """Return the identifier nearest to ``text``: ``"gate 1"`` becomes ``"gate_1"``."""
    name = re.sub(r"\W+", "_", text).strip("_") or "x"
    return f"_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that ``word`` was probably meant to be, or None; the same in other case comes first."""
    known = list(known)
    same = [other for other in known if other.casefold() == word.casefold()]
    found = same or difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else None


def slug(text: str, length: int = 40) -> str:
    """Return ``text`` as lower-case ASCII that every file system accepts, at most ``length`` characters."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:length].strip("-") or "run"


def listing(words: Iterable[object]) -> str:
    """Return ``a, b and c``."""
    texts = [str(word) for word in words]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else "nothing"

"""Texts as matplotlib can draw them: nothing that is no formula is taken for one, nothing is too long for its place.

Knows no picture and no quantity.
"""

from __future__ import annotations

import textwrap

_FORMULA = "$"


def literal(text: str, longest: int | None = None) -> str:
    """Return a text that somebody measured or typed, as it is: no formula, one line, no signs that cannot be drawn.

    Args:
        text: Any.
        longest: Characters; what is longer ends with an ellipsis. None: as long as it is.
    """
    plain = _drawable(text)
    if longest is not None and len(plain) > longest:
        plain = f"{plain[: longest - 1].rstrip()}…"
    return plain.replace(_FORMULA, rf"\{_FORMULA}")


def label(text: str) -> str:
    """Return the label of a parameter: formulas between dollar signs are left, if they are any."""
    plain = _drawable(text)
    if _FORMULA not in plain or _is_formula(plain):
        return plain
    return plain.replace(_FORMULA, rf"\{_FORMULA}")


def wrapped(text: str, width: int, lines: int) -> str:
    """Return ``text`` in at most so many lines of about ``width`` characters; a formula is not broken."""
    if _FORMULA in text.replace(rf"\{_FORMULA}", "") or len(text) <= width:
        return text
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))


def _drawable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _is_formula(text: str) -> bool:
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return False
    return True

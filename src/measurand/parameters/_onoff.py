"""Words for on and off, as people and instruments write them."""

from __future__ import annotations

from typing import Any


def create_on_off_val_mapping(on_val: Any = True, off_val: Any = False) -> dict[str | bool | int, Any]:
    """Return a ``val_mapping`` that accepts the common words for on and off and gives back ``True`` and ``False``.

    Args:
        on_val: What the instrument calls on; 0 is allowed, for what it calls blocked.
        off_val: What it calls off.

    Returns:
        ``"On"``, ``"ON"``, ``"on"``, ``"1"``, 1 and True to ``on_val``; the forms of off, ``"0"``, 0 and False to
        ``off_val``. Of the forms of one code the last one, the truth value, is what reading returns.

    Example:
        >>> create_on_off_val_mapping(on_val="ENABLE", off_val="DISABLE")["on"]
        'ENABLE'
    """
    # 1 == True and 0 == False are one key each; the truth value entered first gives the key its form
    on: dict[str | bool | int, Any] = dict.fromkeys(("On", "ON", "on", "1", True), on_val)
    off: dict[str | bool | int, Any] = dict.fromkeys(("Off", "OFF", "off", "0", False), off_val)
    return {**on, **off}

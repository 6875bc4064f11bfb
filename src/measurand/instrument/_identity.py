"""Who an instrument is: what ``*IDN?`` answers, in four words and in one line. Knows no instrument."""

from __future__ import annotations

from collections.abc import Mapping

KEYS = ("vendor", "model", "serial", "firmware")


def parse_idn(answer: str) -> dict[str, str | None]:
    """Return the four parts of the answer to ``*IDN?``; parts that are missing are None.

    Example:
        >>> parse_idn("Keysight, Model 34465A, MY123, A.02")
        {'vendor': 'Keysight', 'model': '34465A', 'serial': 'MY123', 'firmware': 'A.02'}
    """
    separator = next((mark for mark in ",;:" if mark in answer), ",")
    parts = [part.strip() for part in answer.split(separator, maxsplit=3)]
    found: dict[str, str | None] = {key: part or None for key, part in zip(KEYS, parts, strict=False)}
    model = found.get("model")
    if model and model.lower().startswith("model") and model[5:].strip():
        found["model"] = model[5:].strip()
    return {key: found.get(key) for key in KEYS}


def describe(idn: object, seconds: float) -> str:
    """Return ``Connected to: vendor model (serial:…, firmware:…) in 0.12s``, leaving out what is not known."""
    known = {key: str(part) for key, part in idn.items() if part} if isinstance(idn, Mapping) else {}
    who = " ".join(known[key] for key in ("vendor", "model") if key in known) or "unknown instrument"
    details = ", ".join(f"{key}:{known[key]}" for key in ("serial", "firmware") if key in known)
    return f"Connected to: {who}{f' ({details})' if details else ''} in {seconds:.2f}s"

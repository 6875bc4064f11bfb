"""``qcodes.parameters.named_repr``."""

from typing import Any

__all__ = ["named_repr"]


def named_repr(obj: Any) -> str:
    """Return class, name and identity of something with a name."""
    return f"<{type(obj).__module__}.{type(obj).__qualname__}: {obj.name} at {id(obj)}>"

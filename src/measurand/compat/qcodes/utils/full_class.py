"""``qcodes.utils.full_class``."""

__all__ = ["full_class"]


def full_class(obj: object) -> str:
    """Return the dotted name of an object's class."""
    return f"{type(obj).__module__}.{type(obj).__qualname__}"

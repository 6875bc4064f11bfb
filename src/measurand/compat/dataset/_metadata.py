"""Which metadata a dataset takes."""

from __future__ import annotations

from typing import Any

from measurand._core import json as plain_json
from measurand.compat.dataset._errors import BadMetadata


def checked_metadata(tag: str, value: Any) -> Any:
    """Return what is noted of a value: itself, as JSON holds it.

    Raises:
        BadMetadata: The tag is no identifier, or the value is None.
    """
    if not isinstance(tag, str) or not tag.isidentifier():
        raise BadMetadata(
            f"Tag {tag!r} is not a valid tag. Use only alphanumeric characters and underscores, no digit first."
        )
    if value is None:
        raise BadMetadata(f"Tag {tag} has value None. That is not a valid metadata value!")
    return plain_json.to_plain(value)

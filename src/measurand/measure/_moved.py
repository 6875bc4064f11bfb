"""What moves when something is set: not a view or a combination, but the parameters behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from measurand.parameters import CombinedParameter, DelegateParameter


def moved_by(thing: Any) -> Iterator[Any]:
    """Yield what is moved in the end when ``thing`` is set: through delegates, and each of several combined ones."""
    if isinstance(thing, CombinedParameter):
        for parameter in thing.parameters:
            yield from moved_by(parameter)
    elif isinstance(thing, DelegateParameter) and thing.source is not None:
        yield from moved_by(thing.source)
    else:
        yield thing

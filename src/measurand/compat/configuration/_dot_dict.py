"""A dict of dicts whose entries are attributes too: ``d.core.db_location`` is ``d["core"]["db_location"]``."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from measurand._core.names import nearest
from measurand.errors import UnknownSetting


class DotDict(dict[str, Any]):
    """A dict that also answers by attribute, and by keys with dots.

    Dicts put into it become `DotDict` themselves; those in lists stay what they are.

    Args:
        value: What it holds at first.

    Example:
        >>> settings = DotDict({"core": {"db_location": "a.db"}})
        >>> settings.core.db_location, settings["core.db_location"]
        ('a.db', 'a.db')
        >>> settings["user.mainfolder"] = "here"
        >>> settings.user
        {'mainfolder': 'here'}
    """

    def __init__(self, value: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        if value is not None:
            if not isinstance(value, Mapping):
                raise TypeError(f"A DotDict is made of a dict, not of {value!r}.")
            self.update(value)

    def update(self, *others: Any, **entries: Any) -> None:
        """Take over entries, as a dict does; a key with dots is put into the dict that it names."""
        for key, value in dict(*others, **entries).items():
            self[key] = value

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the entry, which becomes ``default`` if it is not there."""
        if key not in self:
            self[key] = default
        return self[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"The key {key!r} is refused, allowed is text.")
        first, _, rest = key.partition(".")
        if rest:
            inner = super().setdefault(first, DotDict())
            if not isinstance(inner, DotDict):
                raise TypeError(f"{first!r} is {inner!r} and holds no {rest!r}.")
            inner[rest] = value
            return
        if isinstance(value, Mapping) and not isinstance(value, DotDict):
            value = DotDict(value)
        super().__setitem__(key, value)

    def __getitem__(self, key: str) -> Any:
        inner: Any = self
        for part in key.split(".") if isinstance(key, str) else (key,):
            if not isinstance(inner, dict) or not dict.__contains__(inner, part):
                raise UnknownSetting(_missing(key, part, inner))
            inner = dict.__getitem__(inner, part)
        return inner

    def __contains__(self, key: object) -> bool:
        inner: Any = self
        for part in key.split(".") if isinstance(key, str) else (key,):
            if not isinstance(inner, dict) or not dict.__contains__(inner, part):
                return False
            inner = dict.__getitem__(inner, part)
        return True

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self})

    def __deepcopy__(self, memo: dict[int, Any]) -> DotDict:
        return DotDict(copy.deepcopy(dict(self), memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return DotDict, (dict(self),)


def _missing(key: Any, part: Any, inner: Any) -> str:
    known: Iterable[str] = inner if isinstance(inner, dict) else ()
    meant = nearest(str(part), [name for name in known if isinstance(name, str)])
    there = f"did you mean {meant!r}?" if meant else f"there is {', '.join(map(str, known)) or 'nothing'}."
    return f"There is no setting {key!r}; {there}"

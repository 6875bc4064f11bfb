"""The last known value of a parameter, how old it is, and whether it can be trusted.

Never talks to an instrument by itself: it is handed the function that does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

from measurand._core.hook import Hook
from measurand._core.names import listing
from measurand.errors import DefinitionError, NoTrustedValue, UndecodableAnswer

T = TypeVar("T")


class Cache(Generic[T]):
    """The last known value.

    Args:
        where: Name of the parameter, for messages.
        now: Returns seconds since 1970, the time stamps.
        check: Raises if a value is not allowed, else returns its raw form.
        max_val_age: Age in s beyond which the value is not trusted; None: never too old.
    """

    __slots__ = ("_check", "_where", "changed", "max_val_age", "now", "refresh", "state")

    def __init__(
        self,
        where: Callable[[], str],
        now: Callable[[], float],
        check: Callable[[T], Any],
        max_val_age: float | None,
    ) -> None:
        self._where = where
        self._check = check
        self.now = now
        self.max_val_age = max_val_age
        # (value, raw value, time in s since 1970 or None if there is no value, trusted): replaced as a whole, so that
        # another thread never sees a value with the time of another one
        self.state: tuple[T | None, Any, float | None, bool] = (None, None, None, False)
        self.refresh: Callable[[], T] | None = None  # reads the instrument and keeps the answer, where that is possible
        self.changed: Hook[tuple[T, Any, float]] | None = None  # told (value, raw value, time) at each update

    def keep(self, value: T, raw: Any) -> None:
        """Take what was just read or set."""
        self.state = (value, raw, self.now(), True)
        if self.changed is not None:
            self.tell()

    def tell(self) -> None:
        """Tell those who listen for changes."""
        if self.changed:
            self.changed.tell(self.state[:3])  # type: ignore[arg-type]  # it was just kept, so there is a value

    def raw(self) -> Any:
        """Return the raw value last kept, None if there is none. Never reads."""
        return self.state[1]

    @property
    def value(self) -> T | None:
        """The value last kept, trusted or not; None if there is none. Never reads."""
        return self.state[0]

    @property
    def raw_value(self) -> Any:
        """The raw value last kept; None if there is none. Never reads."""
        return self.state[1]

    @property
    def time(self) -> float | None:
        """When the value was kept, in seconds since 1970; None if there is none."""
        return self.state[2]

    @property
    def timestamp(self) -> datetime | None:
        """When the value was kept, local time; None if there is none."""
        return None if self.time is None else datetime.fromtimestamp(self.time)  # noqa: DTZ006 - local, as QCoDeS has it

    @property
    def valid(self) -> bool:
        """Whether there is a value, it is not too old, and nothing made it doubtful."""
        _, _, time, trusted = self.state
        return trusted and self._young(time)

    def _young(self, time: float | None) -> bool:
        """Return whether what was kept then is not too old; a clock that was set back tells nothing."""
        if time is None or self.max_val_age is None:
            return time is not None
        return 0 <= self.now() - time <= self.max_val_age

    def invalidate(self) -> None:
        """Distrust the value: the next `get` reads the instrument."""
        self.state = (*self.state[:3], False)

    def forget(self) -> None:
        """Know no value any more."""
        self.state = (None, None, None, False)

    def reinterpret(self, to_value: Callable[[Any], T]) -> None:
        """Have the value be what the raw value means by ``to_value``; know nothing if it cannot be converted."""
        _, raw, time, trusted = self.state
        if time is None:
            return
        try:
            self.state = (to_value(raw), raw, time, trusted)
        except UndecodableAnswer:  # what was sent is not always what would be answered
            self.forget()

    def doubt(self) -> None:
        """Distrust the value, because a set failed on its way."""
        self.invalidate()

    def set(self, value: T) -> None:
        """Note that the instrument has ``value``, without telling it; the value is validated first."""
        self.keep(value, self._check(value))

    def get(self, get_if_invalid: bool = True) -> T | None:
        """Return the last known value.

        Args:
            get_if_invalid: Read the instrument if the value is not valid (default); False returns what there is.

        Raises:
            NoTrustedValue: The value is not valid and the parameter cannot be read.
        """
        if not get_if_invalid or self.valid:
            return self.value
        if self.refresh is not None:
            return self.refresh()
        why = listing(
            [
                "no value was ever set or read" if self.time is None else f"the last one, {self.value!r}, is in doubt",
                "the parameter cannot be read",
            ]
        )
        raise NoTrustedValue(f"{self._where()}: no trusted value: {why}. Set it, or note it with cache.set(value).")

    def __call__(self) -> T | None:
        return self.get()


def shown(cache: Cache[Any]) -> Any:
    """Return the value last kept, for people to look at; None also if it cannot be converted: looking must not fail."""
    try:
        return cache.value
    except UndecodableAnswer:
        return None


def check_max_val_age(where: str, max_val_age: float | None, gettable: bool) -> None:
    """Raise `DefinitionError` if ``max_val_age`` is given for what cannot be read (A23), or is negative."""
    if max_val_age is None:
        return
    if not gettable:
        raise DefinitionError(f"{where}: max_val_age={max_val_age!r} needs a parameter that can be read: give get_cmd.")
    if isinstance(max_val_age, bool) or not isinstance(max_val_age, (int, float)) or not max_val_age >= 0:
        raise DefinitionError(f"{where}: max_val_age={max_val_age!r} refused, allowed 0 s and above, or None.")

"""The instruments that exist, by name. Knows of an instrument only its name, its class and how to close it.

Instruments are held strongly: one that nobody refers to any more still owns a connection, and must be found to be
closed.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

from measurand._core.names import listing, nearest
from measurand.errors import DuplicateName, UnknownName

_log = logging.getLogger(__name__)


class Registered(Protocol):
    """What a registry keeps."""

    @property
    def name(self) -> str:
        """Unique name."""
        ...

    def close(self) -> None:
        """Give the connection back and leave the registry."""
        ...

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data."""
        ...


R = TypeVar("R")


class Registry:
    """Instruments by name; the remaining ones are closed when the interpreter exits."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}  # None while the constructor runs
        self._lock = threading.RLock()
        self._at_exit: Callable[[], None] | None = None

    def __len__(self) -> int:
        return len(self.all())

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def __contains__(self, name: object) -> bool:
        return self._known.get(name) is not None  # type: ignore[call-overload]  # any object may be asked for

    def claim(self, name: str, kind: type) -> None:
        """Keep ``name`` for an instrument that is about to be made.

        Raises:
            DuplicateName: It is taken; the message says how to make the instrument anew.
        """
        with self._lock:
            if name in self._known:
                raise DuplicateName(
                    f"An instrument {name!r} exists already: {self._known[name] or 'it is being created'!r}. "
                    f"To make it anew: {kind.__name__}.recreate({name!r}, …). "
                    f"To go on with it: find_instrument({name!r})."
                )
            self._known[name] = None

    def enter(self, instrument: Registered) -> None:
        """Make an instrument known whose name was claimed."""
        with self._lock:
            self._known[instrument.name] = instrument
            if self._at_exit is None:
                self._at_exit = atexit.register(self._close_at_exit)

    def drop(self, name: str) -> None:
        """Forget an instrument or a claim; harmless if it is not known."""
        with self._lock:
            self._known.pop(name, None)

    def all(self, kind: type[R] | None = None) -> list[R]:
        """Return the instruments, oldest first.

        Args:
            kind: Only instances of this class or its subclasses; None: all.
        """
        with self._lock:
            return [it for it in self._known.values() if it is not None and (kind is None or isinstance(it, kind))]

    def get(self, name: str) -> Any:
        """Return the instrument ``name``; None if there is none."""
        return self._known.get(name)

    def find(self, name: str, kind: type[R] | None = None) -> Any:
        """Return the instrument ``name``.

        Args:
            name: As given to its constructor.
            kind: The class it must be of; None: any.

        Raises:
            UnknownName: There is none, or it is of another class.
        """
        found = self._known.get(name)
        if found is None:
            names = [it.name for it in self.all(object)]  # type: ignore[attr-defined]  # instruments have names
            meant = nearest(name, names)
            advice = f"did you mean {meant!r}?" if meant else f"known: {listing(names)}."
            raise UnknownName(f"There is no instrument {name!r}; {advice}")
        if kind is not None and not isinstance(found, kind):
            raise UnknownName(f"The instrument {name!r} is a {type(found).__name__}, not a {kind.__name__}.")
        return found

    def close_all(self) -> None:
        """Close every instrument, also if closing one fails.

        Raises:
            ExceptionGroup: Of everything that went wrong, after all are closed.
        """
        failures: list[Exception] = []
        for instrument in reversed(self.all(object)):
            try:
                instrument.close()  # type: ignore[attr-defined]  # instruments can be closed
            except Exception as error:  # noqa: BLE001 - the others must be closed; raised below
                error.add_note(f"while closing {instrument!r}")
                failures.append(error)
                instrument._release()  # type: ignore[attr-defined]  # instruments can be let go
        if failures:
            raise ExceptionGroup("Some instruments could not be closed properly", failures)

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the snapshots of all instruments by name."""
        return {it.name: it.snapshot(update) for it in self.all(object)}  # type: ignore[attr-defined]  # Registered

    def _close_at_exit(self) -> None:
        try:
            self.close_all()
        except ExceptionGroup as group:
            for error in group.exceptions:
                _log.error("%s (%s)", error, "; ".join(getattr(error, "__notes__", [])))

"""``qcodes.utils.threading_utils``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any, Generic, TypeVar

__all__ = ["RespondingThread", "thread_map"]

T = TypeVar("T")


class RespondingThread(Thread, Generic[T]):
    """A thread that gives back what its function returned, or raises what it raised.

    Args:
        target: The function.
        args: Its arguments by position.
        kwargs: Its arguments by name.
        *args2: As for `threading.Thread`.
        **kwargs2: As for `threading.Thread`.
    """

    def __init__(
        self,
        target: Callable[..., T],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
        *args2: Any,
        **kwargs2: Any,
    ) -> None:
        super().__init__(*args2, **kwargs2)
        self._call: Callable[[], T] = lambda: target(*args, **(kwargs or {}))
        self._output: T | None = None
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Call the function and keep what comes of it."""
        try:
            self._output = self._call()
        except BaseException as error:  # noqa: BLE001 - whatever it raised is raised again by `output`
            self._failure = error

    def output(self, timeout: float | None = None) -> T | None:
        """Wait for the function and return what it returned; raise what it raised.

        Args:
            timeout: Longest wait in s; default for ever.
        """
        self.join(timeout=timeout)
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return self._output


def thread_map(
    callables: Sequence[Callable[..., T]],
    args: Sequence[Sequence[Any]] | None = None,
    kwargs: Sequence[dict[str, Any]] | None = None,
) -> list[T | None]:
    """Call several functions, each in a thread of its own, and return what they returned, in their order."""
    positional = args or [()] * len(callables)
    named = kwargs or [{}] * len(callables)
    threads = [
        RespondingThread(target=function, args=its, kwargs=more)
        for function, its, more in zip(callables, positional, named, strict=False)
    ]
    for thread in threads:
        thread.start()
    return [thread.output() for thread in threads]

"""What follows a level or a run, and is always done completely: errors are gathered, nothing prevents the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from measurand._core.stop import shielded

Act = Callable[[], None]


def with_exits(points: Act, after: Sequence[Act], always: Sequence[Act]) -> Act:
    """Return ``points`` with what follows it.

    Args:
        points: What is done.
        after: Done when it was completed.
        always: Done however it ends, completely, except after a second Ctrl-C.
    """
    if not after and not always:
        return points

    def level() -> None:
        try:
            points()
            for act in after:
                act()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also a stop: what must always be done is done
            errors = do_all(always)
            if errors:
                raise BaseExceptionGroup(
                    "a level failed, and so did what should follow it", [error, *errors]
                ) from error
            raise
        errors = do_all(always)
        if errors:
            raise gathered(errors, "several exit actions failed")

    return level


def entered(before: Sequence[Act], points: Act) -> Act:
    """Return ``points`` with what comes before it."""
    if not before:
        return points

    def level() -> None:
        for act in before:
            act()
        points()

    return level


def do_all(acts: Sequence[Act]) -> list[BaseException]:
    """Do every act, whatever the others raise, free of the request to stop that may have led here."""
    errors: list[BaseException] = []
    with shielded():
        for act in acts:
            try:
                act()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - gathered, raised by the caller
                errors.append(error)
    return errors


def gathered(errors: list[BaseException], what: str) -> BaseException:
    """Return the only error, or all of them as a group."""
    return errors[0] if len(errors) == 1 else BaseExceptionGroup(what, errors)

"""Two threads on one parameter: what is remembered is always something that was said, and agrees with the device."""

from __future__ import annotations

import threading
from collections.abc import Callable

from measurand.instrument import VisaInstrument
from measurand.parameters import DelegateParameter
from measurand.testing import LineServer


class Register:
    """A device with one register, behind a real socket."""

    def __init__(self) -> None:
        self.value = "0"

    def __call__(self, line: str) -> str | None:
        if line == "V?":
            return self.value
        self.value = line.removeprefix("V ")
        return None


def run_together(*works: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def test_two_threads_set_and_read_one_parameter() -> None:
    """The cache holds what the device has, not what the slower thread said before; value and raw value belong together."""
    device = Register()
    with LineServer(device) as server, VisaInstrument("dac", server.address) as dac:
        volt = dac.add_parameter("volt", get_cmd="V?", set_cmd="V {}", get_parser=int, scale=2)
        seen: list[tuple[float, int]] = []

        def set_even() -> None:
            for i in range(200):
                volt(2 * i)

        def set_odd() -> None:
            for i in range(200):
                volt(2 * i + 1)

        def watch() -> None:
            for _ in range(2000):
                value, raw, time, _ = volt.cache.state
                if time is not None:
                    seen.append((value, raw))

        run_together(set_even, set_odd, watch)
        assert all(raw == 2 * value for value, raw in seen)
        assert volt.cache() == volt()


def test_two_threads_on_a_parameter_and_its_delegate_do_not_block_each_other() -> None:
    device = Register()
    with LineServer(device) as server, VisaInstrument("dac", server.address) as dac:
        volt = dac.add_parameter("volt", get_cmd="V?", set_cmd="V {}", get_parser=int)
        view = DelegateParameter("view", volt, scale=3)
        run_together(
            lambda: [volt(3 * i) for i in range(150)] and None,
            lambda: [view(i) for i in range(150)] and None,
            lambda: [view() for _ in range(150)] and None,
        )
        assert view() * 3 == volt()

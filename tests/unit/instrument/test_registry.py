import os
import subprocess
import sys
import threading

import pytest

from measurand.errors import DuplicateName, UnknownName
from measurand.instrument import Instrument, Registry, close_all, find_instrument, find_or_create_instrument


class Manual(Instrument):
    def __init__(self, name, gain=1, **kwargs):
        super().__init__(name, **kwargs)
        self.add_parameter("gain", set_cmd=None, initial_value=gain)


class Failing(Instrument):
    def close(self):
        raise OSError("the device does not answer")


def test_find_by_name_and_class(registry):
    """E17."""
    preamp = Manual("preamp")
    other = Instrument("other")
    assert find_instrument("preamp") is find_instrument("preamp", Manual) is preamp
    assert find_instrument("preamp", Instrument) is preamp
    assert registry.all(Manual) == [preamp]
    assert registry.all() == list(registry) == [preamp, other]
    assert "preamp" in registry
    assert len(registry) == 2


def test_not_found():
    with pytest.raises(UnknownName, match=r"^There is no instrument 'preamp'; known: nothing\.$"):
        find_instrument("preamp")
    Manual("preamp")
    with pytest.raises(KeyError, match="did you mean 'preamp'"):
        find_instrument("preampp")
    with pytest.raises(UnknownName, match="'preamp' is a Manual, not a Failing"):
        find_instrument("preamp", Failing)


def test_find_or_create():
    first = find_or_create_instrument(Manual, "preamp", gain=2)
    assert find_or_create_instrument(Manual, "preamp", gain=3) is first
    assert first.gain() == 2
    second = find_or_create_instrument(Manual, "preamp", gain=3, recreate=True)
    assert second is not first
    assert second.gain() == 3
    with pytest.raises(DuplicateName, match="is a Manual, not a Failing"):
        find_or_create_instrument(Failing, "preamp")


def test_close_all_closes_all_and_reports_every_failure(registry):
    first, second, last = Manual("first"), Failing("second"), Manual("last")
    with pytest.raises(ExceptionGroup) as caught:
        close_all()
    (error,) = caught.value.exceptions
    assert str(error) == "the device does not answer"
    assert error.__notes__ == ["while closing <Failing second>"]
    assert first.closed
    assert second.closed
    assert last.closed
    assert not registry.all()


def test_snapshot(registry):
    Manual("a", gain=5)
    Manual("b")
    snapshot = registry.snapshot()
    assert list(snapshot) == ["a", "b"]
    assert snapshot["a"]["parameters"]["gain"]["value"] == 5


def test_another_registry():
    class Elsewhere(Manual):
        registry = Registry()

    here, there = Manual("preamp"), Elsewhere("preamp")
    assert find_instrument("preamp") is here
    assert Elsewhere.registry.find("preamp") is there
    there.close()
    assert find_instrument("preamp") is here


def test_of_two_threads_one_gets_the_name(registry):
    begin = threading.Barrier(2)
    results = []

    class Slow(Manual):
        def __init__(self, name, **kwargs):
            super().__init__(name, **kwargs)
            results.append("made")

    def make():
        begin.wait()
        try:
            Slow("preamp")
        except DuplicateName:
            results.append("refused")

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["made", "refused"]


def test_what_is_open_is_closed_at_exit():
    """An instrument that nobody refers to any more is closed too, when the interpreter ends."""
    code = """
from measurand.instrument import Instrument
class Device(Instrument):
    def close(self):
        print("closing", self.name, flush=True)
        super().close()
class Failing(Device):
    def close(self):
        raise OSError("no answer")
Device("a"); Failing("b"); Device("c").close(); Device("d")
print("end", flush=True)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == ["closing c", "end", "closing d", "closing a"]
    assert "no answer (while closing <Failing b>)" in done.stderr

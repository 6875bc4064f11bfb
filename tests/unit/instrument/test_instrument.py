import logging
from abc import abstractmethod

import pytest

from measurand.errors import ConfigurationError, DefinitionError, DuplicateName, InstrumentClosed, UnknownName
from measurand.instrument import Instrument, InstrumentChannel, find_instrument


class Manual(Instrument):
    def __init__(self, name, gain=1, **kwargs):
        super().__init__(name, **kwargs)
        self.add_parameter("gain", set_cmd=None, initial_value=gain)
        self.ended = 0

    def close(self):
        self.ended += 1
        super().close()


def test_names_are_unique_and_the_remedy_is_named(registry):
    """E08."""
    first = Manual("preamp")
    with pytest.raises(DuplicateName) as caught:
        Manual("preamp")
    assert str(caught.value) == (
        "An instrument 'preamp' exists already: <Manual preamp>. To make it anew: Manual.recreate('preamp', …). "
        "To go on with it: find_instrument('preamp')."
    )
    assert registry.all() == [first]


def test_recreate(registry):
    Manual.recreate("preamp", 2)
    first = find_instrument("preamp")
    second = Manual.recreate("preamp", gain=3)
    assert first.ended == 1
    assert first.closed
    assert find_instrument("preamp") is second
    assert second.gain() == 3
    assert len(registry) == 1


@pytest.mark.parametrize("name", ["my dac", "1dac", "for", ""])
def test_a_name_that_cannot_be_an_attribute_is_refused(name, registry):
    """A02."""
    with pytest.raises(DefinitionError, match="cannot be the name"):
        Manual(name)
    assert not registry.all()


def test_a_duplicate_is_refused_before_the_driver_runs():
    """E08: so that no second connection is opened."""
    runs = []

    class Spy(Instrument):
        def __init__(self, address, name, **kwargs):
            runs.append(name)
            super().__init__(name, **kwargs)

    Spy("X", "spy")
    for call in (lambda: Spy("X", "spy"), lambda: Spy("X", name="spy"), lambda: Spy(address="X", name="spy")):
        with pytest.raises(DuplicateName):
            call()
    assert runs == ["spy"]


def test_a_driver_may_choose_its_own_name(registry):
    class Fixed(Instrument):
        def __init__(self, **kwargs):
            super().__init__("fixed", **kwargs)

    class Suffixed(Instrument):
        def __init__(self, name, **kwargs):
            super().__init__(f"{name}_x", **kwargs)

    fixed, suffixed = Fixed(), Suffixed("dac")
    assert registry.all() == [fixed, suffixed]
    assert suffixed.name == "dac_x"
    Manual("dac")  # the name that was not used in the end is free
    with pytest.raises(DuplicateName):
        Fixed()
    assert find_instrument("fixed") is fixed


def test_a_constructor_that_fails_leaves_nothing(registry):
    """E08."""
    made = []

    class Failing(Manual):
        def __init__(self, name, **kwargs):
            super().__init__(name, **kwargs)
            made.append(self)
            with pytest.raises(UnknownName):
                find_instrument(name)
            raise ValueError("Unknown model. Known models are: A and B.")

    with pytest.raises(ValueError, match="Unknown model"):
        Failing("smu")
    assert made[0].ended == 1
    assert "smu" not in registry
    Manual("smu")


def test_a_constructor_that_fails_early_leaves_nothing(registry):
    """F10: a DLL driver on the wrong platform."""

    class Early(Manual):
        def __init__(self, name, **kwargs):
            raise OSError("Early works on Windows only")

    with pytest.raises(OSError, match="Windows only"):
        Early("card")
    Manual("card")


def test_a_close_that_fails_too_does_not_hide_why(registry):
    class Failing(Instrument):
        def __init__(self, name):
            super().__init__(name)
            raise ValueError("first")

        def close(self):
            self.dll.close()

    with pytest.raises(ValueError, match="first") as caught:
        Failing("card")
    assert "Closing the half-made instrument failed too" in caught.value.__notes__[0]
    Manual("card")


def test_wrong_arguments_are_python_s_own_error():
    with pytest.raises(TypeError, match="gian"):
        Manual("preamp", gian=3)
    Manual("preamp")


@pytest.mark.parametrize("keyword", ["server_name", "server"])
def test_hosts_do_not_exist_yet(keyword, registry):
    """J01: None is here; anything else is refused before the driver runs."""
    assert type(Manual("here", **{keyword: None})) is Manual
    for value in ("", "host", 5):
        with pytest.raises(ConfigurationError, match=rf"there: {keyword}={value!r} refused.*hosts .* do not exist yet"):
            Manual("there", **{keyword: value})
    assert [it.name for it in registry] == ["here"]


def test_use_after_close():
    """E09."""
    preamp = Manual("preamp")
    preamp.close()
    preamp.close()
    assert preamp.closed
    for use in (preamp.ask, preamp.write):
        with pytest.raises(InstrumentClosed, match=r"preamp was closed. Create it again"):
            use("A?")
    assert preamp.gain() == 1, "what is known stays readable"


def test_context_manager(registry):
    with pytest.raises(ZeroDivisionError), Manual("preamp") as preamp:
        _ = 1 / 0
    assert preamp.closed
    assert "preamp" not in registry


def test_identity_of_a_manual_instrument():
    """E05."""

    class Ithaco(Instrument):
        def get_idn(self):
            return {"vendor": "Ithaco (DL Instruments)", "model": "1211", "serial": None, "firmware": None}

    ithaco = Ithaco("preamp")
    assert ithaco.IDN()["model"] == "1211"
    assert ithaco.snapshot()["parameters"]["IDN"]["value"]["vendor"] == "Ithaco (DL Instruments)"
    assert set(Instrument("other").IDN().values()) == {None}


def test_connect_message(capsys, caplog):
    """E06: printed, logged, kept for snapshots, and tolerant of what is missing."""

    class Ithaco(Instrument):
        def get_idn(self):
            return {"vendor": "Ithaco", "model": "1211", "firmware": None}

    ithaco = Ithaco("preamp")
    ithaco.connect_message(begin_time=ithaco._t0)
    printed = capsys.readouterr().out
    assert printed.startswith("Connected to: Ithaco 1211 in 0.")
    assert printed.endswith("s\n")
    assert "[preamp(Ithaco)] Connected to: Ithaco 1211 in" in caplog.text
    assert ithaco.snapshot()["parameters"]["IDN"]["value"]["model"] == "1211"


def test_connect_message_can_be_silenced(capsys, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(Instrument, "quiet", True)
    Instrument("preamp").connect_message()
    assert capsys.readouterr().out == ""
    assert "Connected to: unknown instrument" in caplog.text


def test_safe_state_does_nothing_by_default():
    assert Instrument("preamp").safe_state() is None


def test_an_abstract_driver_cannot_be_made(registry):
    class Abstract(Instrument):
        @abstractmethod
        def level(self): ...

    with pytest.raises(TypeError, match="abstract"):
        Abstract("source")
    assert not registry.all()
    Manual("source")


def test_a_wrong_channel_name_names_the_allowed_ones(registry):
    """E13, E20: the driver's own error goes out unchanged and nothing is registered."""

    class Channel(InstrumentChannel):
        def __init__(self, parent, name, channel):
            if channel not in ["smua", "smub"]:
                raise ValueError('channel must be either "smub" or "smua"')
            super().__init__(parent, name)

    class Smu(Instrument):
        channels = ("smua",)

        def __init__(self, name, **kwargs):
            super().__init__(name, **kwargs)
            for channel in self.channels:
                self.add_submodule(channel, Channel(self, channel, channel))

    class Wrong(Smu):
        channels = ("smuc",)

    assert Smu("right").smua.full_name == "right_smua"
    with pytest.raises(ValueError, match='channel must be either "smub" or "smua"'):
        Wrong("wrong")
    assert "wrong" not in registry

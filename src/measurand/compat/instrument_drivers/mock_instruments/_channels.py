"""Instruments with channels, and channels with parameters of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measurand.compat.instrument import ChannelList, ChannelTuple, InstrumentBase, InstrumentChannel
from measurand.compat.instrument_drivers.mock_instruments._deviceless import DummyBase
from measurand.compat.instrument_drivers.mock_instruments._setpoints import (
    ArraySetPointParam,
    ComplexArraySetPointParam,
    DummyParameterWithSetpoints1D,
    DummyParameterWithSetpoints2D,
    DummyParameterWithSetpointsComplex,
    GeneratedSetPoints,
    Multi2DSetPointParam,
    Multi2DSetPointParam2Sizes,
    MultiScalarParam,
    MultiSetPointParam,
)
from measurand.compat.parameters import Parameter
from measurand.validators import Arrays, ComplexNumbers, Numbers, OnOff, Strings
from measurand.validators import Sequence as SequenceOf

_AXES: dict[str, tuple[Any, int, str, str, float]] = {
    "dummy_start": (0, 0, "f start", "some unit", 1e3),
    "dummy_stop": (100, 1, "f stop", "some unit", 1e3),
    "dummy_n_points": (101, 1, "dummy_n_points", "", 1e3),
}


class DummyChannel(InstrumentChannel):
    """A channel with parameters of every kind.

    Args:
        parent: The instrument.
        name: Its name.
        channel: What distinguishes it from the others, in labels.
        **kwargs: Of `InstrumentChannel`.
    """

    def __init__(self, parent: InstrumentBase, name: str, channel: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self._channel = channel
        self._add_scalars()
        self._add_arrays()
        self.add_function("log_my_name", call_cmd=lambda: self.log.debug("%s", name))

    def turn_on(self) -> None:
        """Do nothing."""

    def _add_scalars(self) -> None:
        remembered: dict[str, Any] = {"parameter_class": Parameter, "get_cmd": None, "set_cmd": None}
        self.add_parameter(
            "temperature",
            label=f"Temperature_{self._channel}",
            unit="K",
            vals=Numbers(0, 300),
            initial_value=0,
            **remembered,
        )
        for end in ("", "_2"):
            for name, (value, least, label, unit, most) in _AXES.items():
                self.add_parameter(
                    name + end,
                    initial_value=value,
                    label=f"{label}{end}" if label == name else label,
                    unit=unit,
                    vals=Numbers(least, most),
                    **remembered,
                )
        self.add_parameter(
            "dummy_text",
            label="Dummy text",
            unit="text unit",
            initial_value="thisisastring",
            vals=Strings(),
            **remembered,
        )
        self.add_parameter(
            "dummy_complex",
            label="Dummy complex",
            unit="complex unit",
            initial_value=1 + 1j,
            vals=ComplexNumbers(),
            **remembered,
        )

    def _add_arrays(self) -> None:
        self.add_parameter("dummy_multi_parameter", parameter_class=MultiSetPointParam)
        self.add_parameter("dummy_scalar_multi_parameter", parameter_class=MultiScalarParam)
        self.add_parameter("dummy_2d_multi_parameter", parameter_class=Multi2DSetPointParam)
        self.add_parameter("dummy_2d_multi_parameter_2", parameter_class=Multi2DSetPointParam2Sizes)
        self.add_parameter("dummy_array_parameter", parameter_class=ArraySetPointParam)
        self.add_parameter("dummy_complex_array_parameter", parameter_class=ComplexArraySetPointParam)
        sizes = [self.parameters["dummy_n_points"], self.parameters["dummy_n_points_2"]]
        axes: list[Any] = []
        for end, size in zip(("", "_2"), sizes, strict=True):
            axes.append(
                self.add_parameter(
                    f"dummy_sp_axis{end}",
                    parameter_class=GeneratedSetPoints,
                    label="Dummy sp axis",
                    unit="some unit",
                    startparam=self.parameters[f"dummy_start{end}"],
                    stopparam=self.parameters[f"dummy_stop{end}"],
                    numpointsparam=size,
                    vals=Arrays(shape=(size,)),
                )
            )
        kinds: dict[str, tuple[Any, str, int, dict[str, Any]]] = {
            "": (DummyParameterWithSetpoints1D, "", 1, {}),
            "_2d": (DummyParameterWithSetpoints2D, "", 2, {}),
            "_complex": (DummyParameterWithSetpointsComplex, " complex", 1, {"valid_types": (complex,)}),
        }
        for end, (kind, words, dims, types) in kinds.items():
            self.add_parameter(
                f"dummy_parameter_with_setpoints{end}",
                parameter_class=kind,
                label=f"Dummy Parameter with Setpoints{words}",
                unit="some other unit",
                setpoints=tuple(axes[:dims]),
                vals=Arrays(shape=tuple(sizes[:dims]), **types),
            )


class DummyChannelInstrument(DummyBase):
    """An instrument with channels, each by its name, and all of them as ``channels``.

    Args:
        name: Its name.
        channel_names: Names of its channels; default ``ChanA`` to ``ChanF``, which are its attributes ``A`` to ``F``.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, channel_names: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        ids = tuple("ABCDEF") if channel_names is None else tuple(channel_names)
        names = tuple(f"Chan{one}" for one in ids) if channel_names is None else ids
        channels = ChannelList(self, "TempSensors", DummyChannel, snapshotable=False)
        for one, channel_name in zip(ids, names, strict=True):
            channel = DummyChannel(self, channel_name, one)
            channels.append(channel)
            self.add_submodule(one, channel)
        self.add_submodule("channels", channels.to_channel_tuple())


class DummyChannelOnlyInstrument(DummyBase):
    """An instrument with channels that are in its ``channels`` only.

    Args:
        name: Its name.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        ids = ("A_a", "B_b", "C_c", "D_d", "E_e", "F_f")
        found = [DummyChannel(self, f"Chan{one}", one) for one in ids]
        channels = ChannelTuple(self, "channels", DummyChannel, found)
        self.add_submodule("channels", channels)


class MockDACChannel(InstrumentChannel):
    """A channel of a source, with switches.

    Args:
        parent: The instrument.
        name: Its name.
        num: Its number, as text.
        **kwargs: Of `InstrumentChannel`.
    """

    def __init__(self, parent: InstrumentBase, name: str, num: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self._num = num
        remembered: dict[str, Any] = {"parameter_class": Parameter, "get_cmd": None, "set_cmd": None}
        self.add_parameter(
            "voltage", label=f"Voltage_{name}", unit="V", vals=Numbers(-2.0, 2.0), initial_value=0.0, **remembered
        )
        for switch in ("dac_output", "smc", "bus", "gnd"):
            self.add_parameter(switch, vals=OnOff(), initial_value="off", **remembered)

    def channel_number(self) -> str:
        """Return its number."""
        return self._num


class MockDAC(DummyBase):
    """A source with numbered channels, ``ch01``, ``ch02``, …, and all of them as ``channels``.

    Args:
        name: Its name.
        num_channels: How many it has.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str = "mdac", num_channels: int = 10, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        channels = ChannelList(self, "channels", MockDACChannel)
        for number in range(1, num_channels + 1):
            num = f"{number:02d}"
            channel = MockDACChannel(self, f"ch{num}", num)
            channels.append(channel)
            self.add_submodule(f"ch{num}", channel)
        self.add_submodule("channels", channels.to_channel_tuple())


class MockCustomChannel(InstrumentChannel):
    """A channel that stands for one of another instrument.

    Args:
        parent: The instrument with the channel.
        name: Its name.
        channel: The channel, or ``"instrument.channel"``.
        current_valid_range: Lowest and highest voltage that is meant; default what the channel allows, -2 to 2 V.
        **kwargs: Of `InstrumentChannel`.
    """

    def __init__(
        self,
        parent: InstrumentBase,
        name: str,
        channel: str | InstrumentChannel,
        current_valid_range: Sequence[float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(parent, name, **kwargs)
        found = channel if isinstance(channel, InstrumentChannel) else parent.submodules[channel.rpartition(".")[2]]
        self._dac_channel = found
        remembered: dict[str, Any] = {"parameter_class": Parameter, "get_cmd": None, "set_cmd": None}
        self.add_parameter(
            "current_valid_range",
            label=f"{name} valid voltage range",
            initial_value=[-2.0, 2.0] if current_valid_range is None else current_valid_range,
            vals=SequenceOf(Numbers(), length=2),
            **remembered,
        )
        self.add_parameter(
            "voltage", label=f"Voltage_{name}", unit="V", vals=Numbers(-2.0, 2.0), initial_value=0.0, **remembered
        )

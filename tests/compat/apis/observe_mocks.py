"""What the mock instruments of QCoDeS consist of, as data: run with the real ones, and with ours (argument ``alias``)."""

import json
import logging
import sys

if sys.argv[1:] == ["alias"]:
    import measurand

    measurand.install_as_qcodes()

import numpy as np
from qcodes.instrument import InstrumentBase
from qcodes.instrument_drivers import mock_instruments as mocks

logging.disable(logging.CRITICAL)
SEEN = {}
RANDOM = ("v1", "v2", "dummy_parameter_with_setpoints", "dummy_parameter_with_setpoints_2d")
ARRAYS = ("shape", "names", "labels", "units", "shapes", "setpoint_names", "setpoint_units", "setpoint_labels")


def plain(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(entry) for entry in value]
    if isinstance(value, (complex, np.complexfloating)):
        return [float(value.real), float(value.imag)]
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return float(value)
    return value if isinstance(value, (str, bool, type(None))) else getattr(value, "full_name", type(value).__name__)


def parameter(it):
    found = {key: plain(getattr(it, key)) for key in ARRAYS if getattr(it, key, None) is not None}
    found["kind"] = type(it).__name__
    if "names" not in found:  # several values have several labels
        found["label"], found["unit"] = it.label, it.unit
    if getattr(it, "setpoints", None) is not None:
        found["setpoints"] = plain(it.setpoints)
    value = it.get()
    found["value"] = list(np.shape(value)) if it.name in RANDOM or "complex" in it.name else plain(value)
    return found


def node(it):
    found = {"kind": type(it).__name__, "name": it.full_name, "functions": sorted(it.functions)}
    found["parameters"] = {name: parameter(one) for name, one in it.parameters.items() if name != "IDN"}
    for name, part in it.submodules.items():
        single = isinstance(part, InstrumentBase)
        found[f"part {name}"] = node(part) if single else [one.full_name for one in part]
    if "channels" in it.submodules:
        found["first"] = node(it.submodules["channels"][0])
    return found


def see(name, look):
    try:
        SEEN[name] = look()
    except Exception as error:
        SEEN[name] = "raised " + next(
            kind.__name__ for kind in (ValueError, RuntimeError, Exception) if isinstance(error, kind)
        )


dac = mocks.DummyInstrument("dac", gates=["ch1", "ch2"])
parabola = mocks.MockParabola("par")
made = {
    "dac": lambda: dac,
    "three": lambda: mocks.DummyInstrument("three"),
    "dmm": lambda: mocks.DummyInstrumentWithMeasurement("dmm", setter_instr=dac),
    "attributes": lambda: mocks.DummyAttrInstrument("attributes"),
    "base": lambda: mocks.DummyBase("base"),
    "failing": lambda: mocks.DummyFailingInstrument("failing"),
    "not failing": lambda: mocks.DummyFailingInstrument("succeeding", fail=False),
    "channels": lambda: mocks.DummyChannelInstrument("ci"),
    "named channels": lambda: mocks.DummyChannelInstrument("cn", channel_names=["Q", "W"]),
    "only channels": lambda: mocks.DummyChannelOnlyInstrument("co"),
    "mdac": lambda: mocks.MockDAC("mdac", num_channels=2),
    "parabola": lambda: parabola,
    "meta": lambda: mocks.MockMetaParabola("meta", parabola),
    "lock-in": lambda: mocks.MockLockin("li"),
    "magnet": lambda: mocks.MockField("fld"),
    "snapshot": lambda: mocks.SnapShotTestInstrument("sn", params_to_skip=["v2"]),
}
for name, make in made.items():
    see(name, lambda make=make: node(make()))
for name in (
    "ArraySetPointParam",
    "ComplexArraySetPointParam",
    "Multi2DSetPointParam",
    "Multi2DSetPointParam2Sizes",
    "MultiScalarParam",
    "MultiSetPointParam",
):
    see(name, lambda n=name: parameter(getattr(mocks, n)()))
see("MultiGetter", lambda: parameter(mocks.MultiGetter(one=1, onetwo=(1, 2))))
see("setpoints", lambda: plain(mocks.setpoint_generator([1, 2], [3, 4, 5])))
see("identity", lambda: {key: value for key, value in dac.get_idn().items() if key != "model"})
for point in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 2, 3)):
    for axis, value in zip("xyz", point, strict=True):
        getattr(parabola, axis)(value)
    see(f"parabola {point}", lambda: [float(parabola.parabola()), float(parabola.skewed_parabola())])
see("outside", lambda: dac.ch1(401))
print(json.dumps(SEEN))

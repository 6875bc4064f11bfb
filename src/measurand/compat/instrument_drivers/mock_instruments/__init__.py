"""Instruments without devices, for trying things out: our own, after what the documentation of QCoDeS says of its.

Under the alias they are `qcodes.instrument_drivers.mock_instruments` where no real QCoDeS is installed.
"""

from measurand.compat.instrument_drivers.mock_instruments._channels import (
    DummyChannel,
    DummyChannelInstrument,
    DummyChannelOnlyInstrument,
    MockCustomChannel,
    MockDAC,
    MockDACChannel,
)
from measurand.compat.instrument_drivers.mock_instruments._deviceless import DummyBase
from measurand.compat.instrument_drivers.mock_instruments._gates import (
    DmmExponentialParameter,
    DmmGaussParameter,
    DummyAttrInstrument,
    DummyFailingInstrument,
    DummyInstrument,
    DummyInstrumentWithMeasurement,
)
from measurand.compat.instrument_drivers.mock_instruments._models import (
    MockField,
    MockLockin,
    MockMetaParabola,
    MockParabola,
)
from measurand.compat.instrument_drivers.mock_instruments._setpoints import (
    ArraySetPointParam,
    ComplexArraySetPointParam,
    DummyParameterWithSetpoints1D,
    DummyParameterWithSetpoints2D,
    DummyParameterWithSetpointsComplex,
    GeneratedSetPoints,
    Multi2DSetPointParam,
    Multi2DSetPointParam2Sizes,
    MultiGetter,
    MultiScalarParam,
    MultiSetPointParam,
    setpoint_generator,
)
from measurand.compat.instrument_drivers.mock_instruments._snapshot import SnapShotTestInstrument

__all__ = [
    "ArraySetPointParam",
    "ComplexArraySetPointParam",
    "DmmExponentialParameter",
    "DmmGaussParameter",
    "DummyAttrInstrument",
    "DummyBase",
    "DummyChannel",
    "DummyChannelInstrument",
    "DummyChannelOnlyInstrument",
    "DummyFailingInstrument",
    "DummyInstrument",
    "DummyInstrumentWithMeasurement",
    "DummyParameterWithSetpoints1D",
    "DummyParameterWithSetpoints2D",
    "DummyParameterWithSetpointsComplex",
    "GeneratedSetPoints",
    "MockCustomChannel",
    "MockDAC",
    "MockDACChannel",
    "MockField",
    "MockLockin",
    "MockMetaParabola",
    "MockParabola",
    "Multi2DSetPointParam",
    "Multi2DSetPointParam2Sizes",
    "MultiGetter",
    "MultiScalarParam",
    "MultiSetPointParam",
    "SnapShotTestInstrument",
    "setpoint_generator",
]

"""The AlazarTech digitizer and the DLL instrument as the driver guide prints them, with their imports changed.

Repairs: `AlazarParameter` is described ("holds values until later config is called, and warns if you try to read a value
that hasn't been sent to config") and not printed; ``sys`` and ``Any`` are used and never imported; the second class loads
the ``dll_path`` that was given, also when none was.
"""

from time import sleep, time
import numpy as np
import ctypes  # only for DLL-based instrument

import measurand as qc

from measurand.instrument import (
    Instrument,
    VisaInstrument,
    ManualParameter,
    MultiParameter,
    InstrumentChannel,
    InstrumentModule,
)
from measurand.utils import validators as vals
import logging
import sys  # repair: the guide forgets both
from typing import Any

from measurand.parameters import Parameter

log = logging.getLogger(__name__)


class AlazarParameter(Parameter):  # repair: written from its description
    def __init__(self, name, instrument, value, byte_to_value_dict=None, **kwargs):
        super().__init__(name, instrument, vals=vals.Enum(*byte_to_value_dict.values()), **kwargs)
        self._bytes = {word: byte for byte, word in byte_to_value_dict.items()}
        self._value = value
        self._sent = False

    def get_raw(self):
        if not self._sent:
            log.warning("%s was not sent to the board yet", self.full_name)
        return self._value

    def set_raw(self, value):
        self._value, self._sent = value, False

    def to_be_sent(self):
        self._sent = True
        return self._bytes[self._value]


class AlazarTech_ATS(Instrument):
    dll_path = "C:\\WINDOWS\\System32\\ATSApi"

    def __init__(self, name, system_id=1, board_id=1, dll_path=None, **kwargs):
        super().__init__(name, **kwargs)

        # connect to the DLL
        self._ATS_dll = ctypes.cdll.LoadLibrary(dll_path or self.dll_path)

        self._handle = self._ATS_dll.AlazarGetBoardBySystemID(system_id, board_id)
        if not self._handle:
            raise Exception(
                f"AlazarTech_ATS not found at " f"system {system_id}, board {board_id}"
            )

        self.buffer_list = []

        # the Alazar driver includes its own parameter class to hold values
        # until later config is called, and warn if you try to read a value
        # that hasn't been sent to config.
        self.add_parameter(
            name="clock_source",
            parameter_class=AlazarParameter,
            label="Clock Source",
            unit=None,
            value="INTERNAL_CLOCK",
            byte_to_value_dict={
                1: "INTERNAL_CLOCK",
                4: "SLOW_EXTERNAL_CLOCK",
                5: "EXTERNAL_CLOCK_AC",
                7: "EXTERNAL_CLOCK_10MHz_REF",
            },
        )


class SomeDLLInstrument(Instrument):
    dll_path = "C:\\WINDOWS\\System32\\ATSApi"

    def __init__(self, name, dll_path=None, **kwargs):
        super().__init__(name, **kwargs)

        if sys.platform != "win32":
            self.dll: Any = None
            raise OSError("SomeDLLInsrument only works on Windows")
        else:
            self.dll = ctypes.windll.LoadLibrary(dll_path or self.dll_path)

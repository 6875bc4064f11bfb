"""The Keithley 2600 as the driver guide prints it, abridged, with its imports changed.

Repairs: `Parameter` is used and never imported; the channel reads ``model``, ``_vranges`` and ``_iranges`` of its
instrument, which the abridged constructor does not set; the method ``_display_settext`` is not printed.
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
from measurand.parameters import Parameter  # repair: the guide forgets it


class KeithleyChannel(InstrumentChannel):
    """
    Class to hold the two Keithley channels, i.e.
    SMUA and SMUB.
    """

    def __init__(self, parent: Instrument, name: str, channel: str) -> None:
        """
        Args:
            parent: The Instrument instance to which the channel is
                to be attached.
            name: The 'colloquial' name of the channel
            channel: The name used by the Keithley, i.e. either
                'smua' or 'smub'
        """

        if channel not in ["smua", "smub"]:
            raise ValueError('channel must be either "smub" or "smua"')

        super().__init__(parent, name)
        self.model = self._parent.model
        vranges = self._parent._vranges
        iranges = self._parent._iranges

        self.volt = Parameter(
            "volt",
            get_cmd=f"{channel}.measure.v()",
            get_parser=float,
            set_cmd=f"{channel}.source.levelv={{:.12f}}",
            # note that the set_cmd is either the following format string
            #'smua.source.levelv={:.12f}' or 'smub.source.levelv={:.12f}'
            # depending on the value of `channel`
            label="Voltage",
            unit="V",
            instrument=self,
        )

        self.curr = Parameter(
            "curr",
            get_cmd=f"{channel}.measure.i()",
            get_parser=float,
            set_cmd=f"{channel}.source.leveli={{:.12f}}",
            label="Current",
            unit="A",
            instrument=self,
        )

        self.mode = Parameter(
            "mode",
            get_cmd=f"{channel}.source.func",
            get_parser=float,
            set_cmd=f"{channel}.source.func={{:d}}",
            val_mapping={"current": 0, "voltage": 1},
            docstring="Selects the output source.",
            instrument=self,
        )

        self.output = Parameter(
            "output",
            get_cmd=f"{channel}.source.output",
            get_parser=float,
            set_cmd=f"{channel}.source.output={{:d}}",
            val_mapping={"on": 1, "off": 0},
            instrument=self,
        )

        self.nplc = Parameter(
            "nplc",
            label="Number of power line cycles",
            set_cmd=f"{channel}.measure.nplc={{:.4f}}",
            get_cmd=f"{channel}.measure.nplc",
            get_parser=float,
            vals=vals.Numbers(0.001, 25),
            instrument=self,
        )

        self.channel = channel


class Keithley2600(VisaInstrument):
    """
    This is the qcodes driver for the Keithley2600 Source-Meter series,
    tested with Keithley2614B
    """

    def __init__(self, name: str, address: str, **kwargs) -> None:
        """
        Args:
            name: Name to use internally in QCoDeS
            address: VISA ressource address
        """
        super().__init__(name, address, terminator="\n", **kwargs)

        model = self.ask("localnode.model")

        knownmodels = [
            "2601B",
            "2602B",
            "2604B",
            "2611B",
            "2612B",
            "2614B",
            "2635B",
            "2636B",
        ]
        if model not in knownmodels:
            kmstring = ("{}, " * (len(knownmodels) - 1)).format(*knownmodels[:-1])
            kmstring += "and {}.".format(knownmodels[-1])
            raise ValueError("Unknown model. Known model are: " + kmstring)

        self.model = model  # repair: the channel asks for these three
        self._vranges = self._iranges = {}

        # Add the channel to the instrument
        for ch in ["a", "b"]:
            ch_name = f"smu{ch}"
            channel = KeithleyChannel(self, ch_name, ch_name)
            self.add_submodule(ch_name, channel)

        # display parameter
        # Parameters NOT specific to a channel still belong on the Instrument object
        # In this case, the Parameter controls the text on the display
        self.display_settext = Parameter(
            "display_settext",
            set_cmd=self._display_settext,
            vals=vals.Strings(),
            instrument=self,
        )

        self.connect_message()

    def _display_settext(self, text):  # repair: named by the parameter, not printed in the abridged version
        self.visa_handle.write(f'display.settext("{text}")')

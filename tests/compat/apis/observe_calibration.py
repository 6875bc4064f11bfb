"""What the adjustment of a Keithley 26xx sends, line by line, with devices that are lists (argument ``alias``: ours)."""

import builtins
import json
import sys
import time

if sys.argv[1:] == ["alias"]:
    import measurand

    measurand.install_as_qcodes()

from qcodes.calibrations import calibrate_keithley_smu_v, keithley

SENT = []
builtins.input = lambda *asked: SENT.append(["asked", *asked])
time.time = lambda: 1_700_000_000.4


class Channel:
    def __init__(self, channel):
        self.channel = self.short_name = self.name = channel


class Source:
    """Remembers its voltage, which the multimeter reads a little wrong."""

    channels = (Channel("smua"), Channel("smub"))
    level = 0.0

    def write(self, command):
        SENT.append(command)
        if ".levelv = " in command:
            self.level = float(command.rpartition(" ")[2])

    def volt(self):
        return self.level * 1.001 + 1e-6


class Meter:
    def __init__(self, source):
        self.volt = source.volt

    def __getattr__(self, name):
        return lambda *arguments: SENT.append([name, *arguments])


def see(look):
    SENT.clear()
    try:
        look()
    except Exception as error:
        return "raised" if isinstance(error, (ValueError, AssertionError)) else repr(error)
    return list(SENT)


source = Source()
seen = {
    "all": see(lambda: calibrate_keithley_smu_v(source, Meter(source), time_delay=0, save_calibrations=True)),
    "some": see(
        lambda: calibrate_keithley_smu_v(
            source, Meter(source), time_delay=0, dmm_range_per_smu_range_mapping={"2": 1, "200": 1000}
        )
    ),
    "one": see(lambda: keithley.calibrate_keithley_smu_v_single(source, "smub", source.volt, "200e-3", 1e-9, 0)),
    "no range": see(lambda: calibrate_keithley_smu_v(source, Meter(source), dmm_range_per_smu_range_mapping={"3": 1})),
    "no channel": see(lambda: keithley.calibrate_keithley_smu_v_single(source, "smuz", source.volt, "2")),
    "saved": see(lambda: keithley.save_calibration(source, 2.5)),
    "multimeter": see(lambda: keithley.setup_dmm(Meter(source))),
}
print(json.dumps(seen))

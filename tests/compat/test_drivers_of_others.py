"""Drivers written for QCoDeS run on Measurand: all that import with the real core do so here, and answer the same.

The real QCoDeS is a black box in an environment of its own; ours is given that environment's packages last, for what the
drivers themselves need.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from scripts import real_qcodes as real

HERE = Path(__file__).parent
QCODES, CONTRIB = "qcodes.instrument_drivers.", "qcodes_contrib_drivers.drivers."

# sim file, address, module, class of the driver; parameters that are not read, since they wait for a device that measures
SIMULATED: list[tuple[str, str, str, str, str]] = [
    ("AimTTi_PL601P", "GPIB::1::INSTR", "AimTTi.Aim_TTi_PL601_P", "AimTTiPL601", ""),
    ("CopperMountain_M5065", "TCPIP0::localhost::hislip0::INSTR", "CopperMountain", "CopperMountainM5065", ""),
    ("CopperMountain_M5180", "TCPIP0::localhost::hislip0::INSTR", "CopperMountain", "CopperMountainM5180", ""),
    ("Keithley_2450", "GPIB::1::INSTR", "Keithley.Keithley_2450", "Keithley2450", ""),
    ("Keithley_2600", "GPIB::1::INSTR", "Keithley", "Keithley2601B", "timetrace fastsweep"),
    ("Keithley_3706A", "GPIB::11::INSTR", "Keithley.Keithley_3706A", "Keithley3706A", ""),
    ("Keithley_s46", "GPIB::2::INSTR", "Keithley.Keithley_s46", "KeithleyS46", ""),
    ("Keysight_33xxx", "GPIB::1::INSTR", "Keysight", "Keysight33522B", ""),
    ("Keysight_34465A", "GPIB::1::INSTR", "Keysight", "Keysight34465A", ""),
    ("Keysight_E4980A", "GPIB::1::INSTR", "Keysight.keysight_e4980a", "KeysightE4980A", ""),
    ("Keysight_N6705B", "GPIB::1::INSTR", "Keysight.Keysight_N6705B", "KeysightN6705B", ""),
    ("Keysight_N9030B", "GPIB::1::INSTR", "Keysight.Keysight_N9030B", "KeysightN9030B", ""),
    ("MercuryiPS", "GPIB::1::INSTR", "oxford.MercuryiPS_VISA", "OxfordMercuryiPS", ""),
    ("RSHMC804x", "GPIB::1::INSTR", "contrib RohdeSchwarz.HMC8043", "RohdeSchwarzHMC8043", ""),
    ("RSSGS100A", "GPIB::1::INSTR", "rohde_schwarz.SGS100A", "RohdeSchwarzSGS100A", ""),
    ("Rigol_DS1074Z", "GPIB::1::INSTR", "rigol", "RigolDS1074Z", ""),
    ("Tektronix_AWG5208", "GPIB::1::INSTR", "tektronix", "TektronixAWG5208", ""),
    ("Tektronix_AWG70000A", "GPIB::1::INSTR", "tektronix", "TektronixAWG70002A", ""),
    ("Weinschel_8320", "GPIB::1::INSTR", "weinschel.Weinschel_8320", "Weinschel8320", ""),
    ("Yokogawa_GS200", "GPIB::1::INSTR", "yokogawa", "YokogawaGS200", ""),
    ("cryo_tm620", "GPIB0::1::INSTR", "cryomagnetics", "CryomagneticsModelTM620", ""),
    ("keithley_7510", "GPIB::1::INSTR", "Keithley", "Keithley7510", ""),
    ("keysight_34980A", "GPIB::1::INSTR", "Keysight", "Keysight34980A", ""),
    ("keysight_b1500", "GPIB::1::INSTR", "Keysight.keysightb1500", "KeysightB1500", ""),
    ("keysight_b220x", "GPIB::1::INSTR", "Keysight", "KeysightB2200", ""),
    ("lakeshore_model335", "GPIB::2::INSTR", "Lakeshore", "LakeshoreModel335", ""),
    ("lakeshore_model336", "GPIB::2::INSTR", "Lakeshore", "LakeshoreModel336", ""),
    ("lakeshore_model372", "GPIB::3::INSTR", "Lakeshore", "LakeshoreModel372", ""),
    ("stahl", "ASRL3", "stahl", "Stahl", ""),
    ("contrib HP8594E", "GPIB::1::INSTR", "contrib HP.HP8594E", "HP8594E", ""),
    ("contrib Keithley_2182A", "GPIB0::1::INSTR", "contrib Tektronix.Keithley_2182A", "Keithley2182A", ""),
    ("contrib QDAC2", "GPIB::1::INSTR", "contrib QDevil.QDAC2", "QDac2", ""),
    ("contrib QSwitch", "GPIB::4::INSTR", "contrib QDevil.QSwitch", "QSwitch", ""),
]

# Where an answer differs on purpose; what docs/explanation/differences-from-qcodes.md says.
ON_PURPOSE = {
    "Keithley7510.defbuffer1_elements": "never-known-is-none: the parser is not asked what no answer means",
    "LakeshoreModel336.output_1_output_type": "group-whole-answer: of an answer that is too short nothing is taken",
}


def process(python: Path | str, script: str, *words: str) -> subprocess.Popen[str]:
    command = [python, HERE / script, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(started: subprocess.Popen[str]) -> list[Any]:
    """Return what a script of this folder prints, a line of JSON each."""
    out, problems = started.communicate(timeout=110)
    assert started.returncode == 0, problems.splitlines()[-1:]
    return [json.loads(line) for line in out.splitlines()]


def on_both(real_python: Path, script: str, *words: str) -> tuple[list[Any], list[Any]]:
    """Return what a script prints in the environment of the real QCoDeS, and what under the alias; at the same time."""
    theirs = process(real_python, script, *words)
    ours = process(sys.executable, script, *words, "--alias", str(real.packages()))
    with ThreadPoolExecutor() as listeners:  # a process that nobody listens to waits
        said = list(listeners.map(told, [theirs, ours]))
    return said[0], said[1]


def test_every_driver_module_that_imports_with_the_real_core_imports_here(real_qcodes: Path) -> None:
    (theirs,), (ours,) = on_both(real_qcodes, "list_drivers.py")
    good = [name for name, problem in theirs.items() if not problem]
    missing = {name: ours["outcomes"].get(name, "not found") for name in good if ours["outcomes"].get(name) != ""}
    print(f"{len(theirs)} driver modules; {len(good)} import with QCoDeS, {len(good) - len(missing)} of them here")
    assert len(good) > 350
    assert missing == {}
    assert ours["of the real core"] == []


def cases() -> list[tuple[str, str, str, str, list[str]]]:
    found = []
    for sim, address, module, kind, unread in SIMULATED:
        place = "qcodes_contrib_drivers.sims" if sim.startswith("contrib ") else "qcodes.instrument.sims"
        whole = CONTRIB + module.removeprefix("contrib ") if module.startswith("contrib ") else QCODES + module
        found.append((f"{place}:{sim.removeprefix('contrib ')}.yaml", address, whole, kind, unread.split()))
    return found


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the parameter and what differs; where the real one fails ours has to fail, with a message of its own."""
    if "failed" in theirs or "failed" in ours:
        yield "", f"{theirs.get('failed')!r} became {ours.get('failed')!r}"
        return
    for name in theirs["read"].keys() | ours["read"].keys():
        seen = [{**side["read"].get(name, {"absent": True})} for side in (theirs, ours)]
        for side in seen:
            side["raised"] = "raised" in side
        if seen[0] != seen[1]:
            yield name, f"{seen[0]} became {seen[1]}"
        elif theirs["snapshot"].get(name) != ours["snapshot"].get(name):
            yield name, f"snapshot {theirs['snapshot'].get(name)} became {ours['snapshot'].get(name)}"


@pytest.mark.timeout(120)
def test_simulated_devices_answer_the_same(real_qcodes: Path) -> None:
    theirs, ours = on_both(real_qcodes, "observe_drivers.py", json.dumps(cases()))
    differ = {
        f"{kind}.{name.removeprefix('dev_')}": what
        for (*_, kind, _), one, other in zip(cases(), theirs, ours, strict=True)
        for name, what in differences(one, other)
    }
    parameters = sum(len(one["read"]) for one in ours if "read" in one)
    answers = sum("value" in each for one in ours for each in one.get("read", {}).values())
    print(f"{len(ours)} drivers, {parameters} parameters, {answers} answers")
    assert {place: what for place, what in differ.items() if place not in ON_PURPOSE} == {}
    assert set(ON_PURPOSE) <= set(differ)
    assert answers > 1500

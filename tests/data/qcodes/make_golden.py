"""Write one small database with whatever release of QCoDeS runs this: ``python make_golden.py FILE``.

It uses documented names only, at the places where releases from 0.1.11 to the present have them. What a release cannot store
is left out, see the README.
"""

import os
import sys

import numpy as np
import qcodes as qc

try:
    from qcodes.dataset.measurements import Measurement
except ImportError:
    from qcodes.dataset import Measurement
try:
    from qcodes.dataset.experiment_container import new_experiment
except ImportError:
    from qcodes.dataset import new_experiment


def open_at(path):
    """Make the database: the way to do that has moved."""
    for place in ("qcodes.dataset", "qcodes.dataset.sqlite.database", "qcodes.dataset.database"):
        try:
            module = __import__(place, fromlist=["x"])
            return module.initialise_or_create_database_at(path)
        except (ImportError, AttributeError):
            pass
    from qcodes.dataset.database import initialise_database

    qc.config["core"]["db_location"] = path
    return initialise_database()


def measure(experiment, name, parameters, rows, **metadata):
    """Store one run; a parameter or row that this release does not know is left out."""
    try:
        measurement = Measurement(exp=experiment, name=name)
    except TypeError:
        measurement = Measurement(exp=experiment)
    known = set()
    for parameter, keywords in parameters:
        try:
            measurement.register_custom_parameter(parameter, **keywords)
            known.add(parameter)
        except Exception as error:
            print("left out:", name, parameter, type(error).__name__)
    with measurement.run() as saver:
        for row in rows:
            if all(parameter in known for parameter, _ in row):
                try:
                    saver.add_result(*row)
                except Exception as error:
                    print("left out:", name, row, type(error).__name__)
        dataset = saver.dataset
    for key, value in metadata.items():
        dataset.add_metadata(key, value)


def main(path):
    open_at(path)
    first = new_experiment("quantum dot", "S12")
    x = ("x", {"label": "Gate", "unit": "V"})
    rows = [(("x", 0.1 * i), ("y", v)) for i, v in enumerate([0.0, 1.5, -2, float("nan"), float("inf"), 1e-300])]
    rows += [(("x", np.float32(0.5)), ("y", np.int32(7))), (("x", np.int64(3)), ("z", np.float64(2.5)))]
    measure(
        first,
        "scalars",
        [x, ("y", {"label": "Current", "unit": "A", "setpoints": ("x",)}), ("z", {"setpoints": ("x",)})],
        rows,
        note="caf\u00e9",
        gain=2.5,
    )
    second = new_experiment("resonator", "S13")
    measure(
        second, "kinds",
        [
            x, ("f", {"paramtype": "array", "unit": "Hz"}), ("s", {"paramtype": "array", "setpoints": ("x", "f")}),
            ("c", {"paramtype": "complex", "setpoints": ("x",)}), ("t", {"paramtype": "text", "setpoints": ("x",)}),
            ("r", {"basis": ("x",)}), ("a", {"paramtype": "array", "setpoints": ("x",)}), ("alone", {}),
        ],
        [
            (("x", 1.0), ("f", np.linspace(1, 2, 5)), ("s", np.arange(5.0))),
            (("x", 2.0), ("f", np.linspace(1, 2, 5)), ("s", np.arange(5.0) ** 2)),
            (("x", 1.0), ("c", 1 + 2j)), (("x", 2.0), ("c", np.complex64(3 - 1j))),
            (("x", 1.0), ("t", "on")), (("x", 2.0), ("t", "na\u00efve")),
            (("x", 3.0), ("a", np.array([1.5 + 1j, 2.0]))), (("x", 4.0), ("a", np.array([1j, 2j, 3j]))),
            (("alone", 12.5),),
        ],
    )  # fmt: skip
    measure(
        second, "grid", [x, ("w", {}), ("y", {"setpoints": ("x", "w")})],
        [(("x", np.array([[1.0, 1, 1], [2, 2, 2]])), ("w", np.array([[0.0, 1, 2], [0, 1, 2]])),
          ("y", np.arange(6.0).reshape(2, 3)))],
    )  # fmt: skip
    measure(first, "nothing", [x, ("y", {"setpoints": ("x",)})], [])


main(os.path.abspath(sys.argv[1]))  # noqa: PTH100 - the oldest Python that this runs on is 3.6
print("made with qcodes", qc.__version__)

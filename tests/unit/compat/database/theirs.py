"""What the real QCoDeS does with databases; runs in its environment: ``python theirs.py make FILE`` or ``read FILE…``.

Prints a pickle, base64: what `get_parameter_data` and the like return, for each run.
"""

import base64
import logging
import pickle
import sys

import numpy as np
from qcodes.dataset import (
    Measurement,
    initialise_or_create_database_at,
    load_by_id,
    load_or_create_experiment,
    new_experiment,
)

logging.disable(logging.CRITICAL)


def measurement(name, experiment, **parameters):
    made = Measurement(exp=experiment, name=name)
    for parameter, keywords in parameters.items():
        made.register_custom_parameter(parameter, **keywords)
    return made


def make(path):
    """Store runs of every kind."""
    initialise_or_create_database_at(path)
    experiment = load_or_create_experiment("all kinds", "S1")
    x = {"unit": "V", "label": "Gate"}
    numbers = [0.0, 1.5, float("nan"), float("inf"), -float("inf"), 3, np.int32(4), np.float32(5.5), 2**53 + 1, 1e-300]
    many = measurement(
        "scalars", experiment, x=x, y={"setpoints": ("x",)}, c={"setpoints": ("x",), "paramtype": "complex"},
        t={"setpoints": ("x",), "paramtype": "text"}, alone={},
    )  # fmt: skip
    with many.run() as saver:
        for i, number in enumerate(numbers):
            saver.add_result(("x", i), ("y", number), ("c", complex(i, np.nan if i == 3 else 1)), ("t", f"né{i}"))
        saver.add_result(("x", 3), ("c", np.complex64(1 + 2j)))
        saver.add_result(("alone", 12.5))
        saver.dataset.add_metadata("note", "café")
        saver.dataset.add_metadata("gain", 2.5)
    first = saver.dataset
    arrays = measurement(
        "arrays", experiment, x=x, f={"paramtype": "array"}, s={"setpoints": ("x", "f"), "paramtype": "array"},
        r={"setpoints": ("x",), "paramtype": "array"}, w={"setpoints": ("x",), "paramtype": "array"},
        i={"setpoints": ("x",), "paramtype": "array"}, g={"setpoints": ("x",), "paramtype": "array"},
    )  # fmt: skip
    arrays.register_parent(first, "derived from")
    with arrays.run() as saver:
        for i in range(3):
            saver.add_result(("x", i), ("f", np.linspace(0, 1, 7)), ("s", np.arange(7.0) * i))
            saver.add_result(("x", i), ("r", np.arange(i + 1) * 1j))
            saver.add_result(("x", i), ("w", np.array(["a", "bcd"])))
            saver.add_result(("x", i), ("i", np.arange(6, dtype=np.int16).reshape(2, 3)))
            saver.add_result(("x", i), ("g", np.asfortranarray(np.arange(6.0).reshape(2, 3))))
    shaped = measurement(
        "shaped", new_experiment("second", "S2"), x=x, w={}, y={"setpoints": ("x", "w")}, z={"setpoints": ("x", "w")}
    )
    shaped.set_shapes({"y": (100, 100), "z": (100, 100)})
    with shaped.run() as saver:
        for i in range(100):
            saver.add_result(
                ("x", np.full(100, i)),
                ("w", np.arange(100)),
                ("y", np.sin(np.arange(100) + i)),
                ("z", np.arange(100) * i),
            )
    inferred = measurement("inferred", experiment, x=x, y={"setpoints": ("x",)}, v={"basis": ("x",)})
    with inferred.run() as saver:
        saver.add_result(("x", 1.0), ("y", 2.0), ("v", 10.0))
        saver.add_result(("x", 2.0), ("y", 3.0))
    with measurement("nothing", experiment, x=x, y={"setpoints": ("x",)}).run():
        pass
    saver.dataset.conn.close()


def read(path):
    """Return what it says of every run."""
    connection = initialise_or_create_database_at(path)
    del connection
    found = {}
    for run_id in range(1, 1000):
        try:
            run = load_by_id(run_id)
        except ValueError:
            break
        found[run_id] = {
            "data": run.get_parameter_data(), "name": run.name, "guid": run.guid, "metadata": dict(run.metadata),
            "captured": (run.captured_run_id, run.captured_counter), "counter": run.counter,
            "experiment": (run.exp_id, run.exp_name, run.sample_name), "completed": run.completed,
            "times": (run.run_timestamp_raw, run.completed_timestamp_raw), "results": run.number_of_results,
            "links": [(link.head, link.tail, link.edge_type, link.description) for link in run.parent_dataset_links],
            "snapshot": run.snapshot, "description": repr(run.description.interdeps),
        }  # fmt: skip
    return found


if sys.argv[1] == "make":
    make(sys.argv[2])
answers = [read(path) for path in sys.argv[2:]]
sys.stdout.write("\n" + base64.b64encode(pickle.dumps(answers)).decode())

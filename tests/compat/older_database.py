"""Make a database by the real QCoDeS: ``<its python> older_database.py <file.db>``. What is in it is below."""

from __future__ import annotations

import contextlib
import io
import logging
import sys

import numpy as np

logging.disable(logging.CRITICAL)


def main(path: str) -> None:
    from qcodes.dataset import Measurement, initialise_or_create_database_at, new_experiment

    initialise_or_create_database_at(path)
    new_experiment("unused", "none")
    experiment = new_experiment("cooldown", "S12")
    for number in range(3):
        measurement = Measurement(exp=experiment, name=f"sweep {number}")
        measurement.register_custom_parameter("x", label="Gate", unit="V")
        measurement.register_custom_parameter("a", paramtype="array")
        measurement.register_custom_parameter("y", setpoints=("x",), unit="A")
        measurement.register_custom_parameter("z", setpoints=("x", "a"), paramtype="array")
        measurement.set_shapes({"y": (4,)})
        with measurement.run() as datasaver:
            for i in range(4):
                a = np.arange(3 if number else 2 + i % 2)  # those of the first run have two lengths in turn
                datasaver.add_result(("x", i), ("y", 10 * number + i), ("a", a), ("z", a * i))
            datasaver.dataset.add_metadata("kelvin", 0.02)
        print(datasaver.dataset.guid, file=sys.stderr)


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        main(sys.argv[1])

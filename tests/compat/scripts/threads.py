"""Reading instruments at the same time: those of one instrument one after the other."""

import threading

from qcodes.dataset import (
    Measurement,
    SequentialParamsCaller,
    ThreadPoolParamsCaller,
    call_params_threaded,
    initialise_or_create_database_at,
    load_or_create_experiment,
)
from qcodes.instrument import Instrument

initialise_or_create_database_at("threads.db")
load_or_create_experiment("threads", "none")


class Meter(Instrument):
    def __init__(self, name):
        super().__init__(name)
        for number in range(2):
            self.add_parameter(f"v{number}", get_cmd=lambda number=number: (threading.get_ident(), number)[1])


one, two = Meter("one"), Meter("two")
everything = (one.v0, two.v0, one.v1, two.v1)
pairs = call_params_threaded(everything)
assert sorted((p.full_name, value) for p, value in pairs) == [
    ("one_v0", 0),
    ("one_v1", 1),
    ("two_v0", 0),
    ("two_v1", 1),
]

measurement = Measurement()
for parameter in everything:
    measurement.register_parameter(parameter)
with measurement.run() as datasaver, ThreadPoolParamsCaller(*everything) as call:
    for _ in range(3):
        datasaver.add_result(*call())
assert {name: values[name].tolist() for name, values in datasaver.dataset.get_parameter_data().items()} == {
    "one_v0": [0, 0, 0],
    "two_v0": [0, 0, 0],
    "one_v1": [1, 1, 1],
    "two_v1": [1, 1, 1],
}
called = []
with SequentialParamsCaller(one.v1, lambda: called.append(1)) as call:
    assert call() == [(one.v1, 1)]
assert called == [1]

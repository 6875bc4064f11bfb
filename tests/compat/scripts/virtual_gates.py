"""A parameter that moves others: what they are set to is stored beside it, as inferred from it."""

from qcodes.dataset import LinSweep, Measurement, dond, initialise_or_create_database_at, load_or_create_experiment
from qcodes.parameters import ManualParameter, Parameter

initialise_or_create_database_at("virtual.db")
load_or_create_experiment("virtual", "none")
left, right = (
    ManualParameter("left", unit="V", initial_value=0.0),
    ManualParameter("right", unit="V", initial_value=0.0),
)


class Virtual(Parameter):
    """Moves two gates against each other."""

    def __init__(self, name, plus, minus):
        super().__init__(name, unit="V")
        self.plus, self.minus = plus, minus
        for gate in (plus, minus):
            self.has_control_of.add(gate)
            gate.is_controlled_by.add(self)

    def get_raw(self):
        return self.plus() - self.minus()

    def set_raw(self, value):
        self.plus(value / 2)
        self.minus(-value / 2)

    def unpack_self(self, value):
        return [*super().unpack_self(value), (self.plus, value / 2), (self.minus, -value / 2)]


detuning = Virtual("detuning", left, right)
current = Parameter("current", unit="A", get_cmd=lambda: left() ** 2)
measurement = Measurement()
measurement.register_parameter(detuning)
measurement.register_parameter(current, setpoints=(detuning,))
assert list(measurement.parameters) == ["detuning", "left", "right", "current"]
with measurement.run() as datasaver:
    detuning(4)
    datasaver.add_result((detuning, 4), (current, current()))
data = datasaver.dataset.get_parameter_data()
assert list(data) == ["current"]
assert {name: values.tolist() for name, values in data["current"].items()} == {
    "current": [4],
    "detuning": [4],
    "left": [2],
    "right": [-2],
}
dataset, _, _ = dond(LinSweep(detuning, 0, 2, 3), current, do_plot=False)
assert dataset.get_parameter_data()["current"]["right"].tolist() == [0, -0.5, -1]
inferences = dataset.description.interdeps.inferences
assert {spec.name: [one.name for one in needs] for spec, needs in inferences.items()} == {
    "left": ["detuning"],
    "right": ["detuning"],
}

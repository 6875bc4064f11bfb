"""What type checkers must see of the face, whose names are loaded when they are first used; never run."""

from __future__ import annotations

from typing import assert_type

import measurand
from measurand import Parameter, sweep
from measurand.dataset import Dataset
from measurand.measure import Plan, Run

gate = Parameter("gate", set_cmd=None, initial_value=0.5)
assert_type(gate(), float)

plan = sweep(gate, 0, 1, num=11).each(gate)
assert_type(plan, Plan)
assert_type(plan.run(name="typed"), Run)
assert_type(plan.run().dataset, Dataset)
assert_type(measurand.load("last"), Dataset)

"""Linking: an analysis says from which dataset it was made."""

import numpy as np
from qcodes.dataset import Measurement, initialise_or_create_database_at, load_by_guid, load_or_create_experiment
from qcodes.dataset.linked_datasets.links import Link

initialise_or_create_database_at("linked.db")
load_or_create_experiment("linking", "chip")

raw = Measurement(name="raw")
raw.register_custom_parameter("x")
raw.register_custom_parameter("y", setpoints=("x",))
x = np.linspace(0, 1, 20)
with raw.run() as datasaver:
    datasaver.add_result(("x", x), ("y", 3 * x + 1))
parent = datasaver.dataset

fit = Measurement(name="fit")
fit.register_custom_parameter("slope")
fit.register_custom_parameter("offset")
fit.register_parent(parent, link_type="fit", description="a straight line")
with fit.run() as datasaver:
    data = parent.get_parameter_data()["y"]
    slope, offset = np.polyfit(data["x"], data["y"], 1)
    datasaver.add_result(("slope", slope), ("offset", offset))
child = datasaver.dataset

(link,) = child.parent_dataset_links
assert isinstance(link, Link)
assert (link.tail, link.head) == (parent.guid, child.guid)
assert (link.edge_type, link.description) == ("fit", "a straight line")
assert load_by_guid(link.tail).the_same_dataset_as(parent)
assert parent.parent_dataset_links == []
assert abs(child.get_parameter_data()["slope"]["slope"][0] - 3) < 1e-9

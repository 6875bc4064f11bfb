"""Settings: read by attribute and by item, changed for a session."""

import qcodes as qc

assert qc.config.core.db_location == qc.config["core"]["db_location"]
before = qc.config.dataset.write_period
qc.config.dataset.write_period = 2.5
assert qc.config["dataset"]["write_period"] == 2.5
qc.config["dataset"]["write_period"] = before
assert qc.config.dataset.write_period == before
qc.config.add("own_setting", {"level": 3}, value_type="object", description="mine", default=None)
assert qc.config.user.own_setting["level"] == 3
assert "dataset" in qc.config.current_config
try:
    qc.config.dataset["no such setting"]
except KeyError:
    pass
else:
    raise AssertionError("there is no such setting")

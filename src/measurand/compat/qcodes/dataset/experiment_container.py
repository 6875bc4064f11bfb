"""``qcodes.dataset.experiment_container``."""

from measurand.compat.dataset import (
    Experiment,
    experiments,
    load_experiment,
    load_experiment_by_name,
    load_last_experiment,
    load_or_create_experiment,
    new_experiment,
)

__all__ = [
    "Experiment",
    "experiments",
    "load_experiment",
    "load_experiment_by_name",
    "load_last_experiment",
    "load_or_create_experiment",
    "new_experiment",
]

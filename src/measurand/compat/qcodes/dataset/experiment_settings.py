"""``qcodes.dataset.experiment_settings``."""

from measurand.compat.dataset import get_default_experiment_id, reset_default_experiment_id

__all__ = ["get_default_experiment_id", "reset_default_experiment_id"]

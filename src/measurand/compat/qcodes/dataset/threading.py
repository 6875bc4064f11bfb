"""``qcodes.dataset.threading``."""

from measurand.compat.measure import (
    SequentialParamsCaller,
    ThreadPoolParamsCaller,
    call_params_threaded,
)

__all__ = [
    "SequentialParamsCaller",
    "ThreadPoolParamsCaller",
    "call_params_threaded",
]

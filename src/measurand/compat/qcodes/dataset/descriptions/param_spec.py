"""``qcodes.dataset.descriptions.param_spec``."""

from measurand.compat.description import ParamSpec, ParamSpecBase, ParamSpecBaseDict, ParamSpecDict

__all__ = ["ParamSpec", "ParamSpecBase", "ParamSpecBaseDict", "ParamSpecDict"]

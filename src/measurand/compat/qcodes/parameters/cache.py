"""``qcodes.parameters.cache``."""

from measurand.compat.parameters import CacheProtocol as _CacheProtocol
from measurand.compat.parameters import ParameterDataTypeVar
from measurand.compat.parameters import cache_of as _Cache  # noqa: N812 - called as a class

__all__ = ["ParameterDataTypeVar", "_Cache", "_CacheProtocol"]

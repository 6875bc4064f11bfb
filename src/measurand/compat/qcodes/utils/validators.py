"""``qcodes.utils.validators``, where older drivers look for them: the names of ``qcodes.validators``."""

from measurand.compat.qcodes import validators
from measurand.compat.qcodes.validators import *  # noqa: F403 - all of them, as the list there has them

__all__: list[str] = []
__all__ += validators.__all__

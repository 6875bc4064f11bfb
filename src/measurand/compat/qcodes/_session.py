"""What `qcodes` has that is made when it is first asked for: the settings of this session."""

from measurand.compat.configuration import settings
from measurand.compat.qcodes import configuration as qcconfig

config = settings()

__all__ = ["config", "qcconfig"]

"""The settings of QCoDeS: read from its files, by attribute and by item, checked against its schema.

`settings` is the one `Config` of a session, read when it is first asked for; what in Measurand's QCoDeS rooms follows a
setting asks it at the moment of use. Knows nothing of what the settings are for.
"""

from measurand.compat.configuration._config import Config, logger
from measurand.compat.configuration._dot_dict import DotDict
from measurand.compat.configuration._session import settings

__all__ = ["Config", "DotDict", "logger", "settings"]

"""The one `Config` of a session."""

from __future__ import annotations

from functools import cache

from measurand.compat.configuration._config import Config


@cache
def settings() -> Config:
    """Return the settings of this session; the files are read at the first call.

    It is what `qcodes.config` is: what lab code changes there, the next call sees.

    Raises:
        ConfigurationError: A file holds what the schema refuses.
    """
    return Config()

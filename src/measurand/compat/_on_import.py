"""What a file of settings may want as soon as ``qcodes`` is imported. Without such a file nothing is read or imported."""

from __future__ import annotations

import sys

from measurand.compat._settings_files import any_is_there


def heed_settings() -> None:
    """Start logging if a file of settings wants it to start when ``qcodes`` is imported; never in a test run.

    Raises:
        ConfigurationError: A file holds a setting that is refused.
    """
    if "pytest" in sys.modules or not any_is_there():
        return
    from measurand.compat.logs import conditionally_start_all_logging

    conditionally_start_all_logging()

"""``qcodes.dataset.legacy_import``."""

from measurand.compat.measure import (
    import_dat_file,
)

__all__ = [
    "import_dat_file",
]

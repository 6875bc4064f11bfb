"""``qcodes.dataset.sqlite.database``."""

from measurand.compat.dataset import (
    JournalMode,
    conn_from_dbpath_or_conn,
    connect,
    get_DB_debug,
    get_DB_location,
    initialise_database,
    initialise_or_create_database_at,
    initialised_database_at,
    set_journal_mode,
)

__all__ = [
    "JournalMode",
    "conn_from_dbpath_or_conn",
    "connect",
    "get_DB_debug",
    "get_DB_location",
    "initialise_database",
    "initialise_or_create_database_at",
    "initialised_database_at",
    "set_journal_mode",
]

"""Make the schemas that no release on the package index writes, from those that some does: ``python downgrade.py``.

What each schema added was seen by comparing files of the releases before and after.
"""

import shutil
import sqlite3
from pathlib import Path

HERE = Path(__file__).parent


def downgrade(source: str, target: str, version: int, *statements: str) -> None:
    """Write ``target``: ``source`` without what later schemas added."""
    shutil.copyfile(HERE / source, HERE / target)
    connection = sqlite3.connect(HERE / target, isolation_level=None)
    connection.execute("pragma journal_mode = delete")
    for statement in (*statements, f"pragma user_version = {version}", "vacuum"):
        connection.execute(statement)
    connection.close()


DESCRIPTION = "alter table runs drop column run_description"
INDEXES = ("drop index if exists IX_runs_exp_id", "drop index if exists IX_runs_guid")

downgrade("schema8-0.5.2.db", "schema7-by-hand.db", 7, 'alter table runs drop column "parent_datasets"')
downgrade("schema4-0.2.1.db", "schema3-by-hand.db", 3)
downgrade("schema4-0.2.1.db", "schema2-by-hand.db", 2, DESCRIPTION)
downgrade("schema4-0.2.1.db", "schema1-by-hand.db", 1, DESCRIPTION, *INDEXES)

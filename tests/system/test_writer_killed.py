"""A writing process is killed at any moment, by SIGKILL: what it acknowledged is there, and the run is found lost (L04, L09).

Some of the trials of `tests.system.kill_trials`, which runs as many as are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.system.kill_trials import Readers, trial


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    found = Readers(2)
    yield found
    found.close()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(16))
def test_no_acknowledged_row_is_lost_and_no_reader_sees_a_torn_one(tmp_path: Path, readers: Readers, seed: int):
    left = trial(tmp_path, seed, readers, 0.3)
    for table, said in left.said.items():
        assert said <= left.found[table] <= said + 1  # one may be stored and not acknowledged any more

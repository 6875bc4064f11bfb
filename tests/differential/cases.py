"""Every case, in the order in which they are recorded."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from tests.differential.building import Case
from tests.differential.corners import corners
from tests.differential.family import family
from tests.differential.generated import generated


def every_case() -> list[Case]:
    """Return all cases; their ids are distinct."""
    cases = [*corners(), *family(), *generated()]
    twice = [name for name, count in Counter(case["id"] for case in cases).items() if count > 1]
    if twice:
        raise ValueError(f"two cases are called {', '.join(twice)}")
    return cases


def digest(case: Case) -> str:
    """Return a short text that changes when the case does."""
    return hashlib.sha256(json.dumps(case, sort_keys=True).encode()).hexdigest()[:12]

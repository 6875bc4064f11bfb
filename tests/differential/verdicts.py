"""Drive Measurand through cases and compare it with observations of QCoDeS."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tests.differential.building import Case
from tests.differential.comparison import Verdict, compare
from tests.differential.differences import INTENDED
from tests.differential.interpreter import missing, observe
from tests.differential.open_findings import OPEN
from tests.differential.ours import Ours

ENTRIES = (*OPEN, *INTENDED)


def judge(case: Case, theirs: list[Any]) -> Verdict:
    """Return how Measurand does in one case."""
    library = Ours()
    if absent := missing(case, library):
        return Verdict(absent=absent)
    ours = json.loads(json.dumps(observe(case, library)))  # as it would look in the recording
    return compare(case, theirs, ours, ENTRIES)


def report(cases: list[Case], observations: dict[str, Any]) -> int:
    """Print every difference that no entry covers, and a summary; return how many cases have one, and idle entries."""
    verdicts = [judge(case, observations[case["id"]]) for case in cases]
    hits = Counter(hit for verdict in verdicts for hit in verdict.hits)
    for verdict in verdicts:
        for difference in verdict.unexplained:
            print(difference)
    idle = [entry.id for entry in ENTRIES if not hits[entry.id]]
    failed = sum(bool(verdict.unexplained) for verdict in verdicts)
    absent = [name for verdict in verdicts for name in verdict.absent]
    steps, total = sum(v.compared for v in verdicts), sum(len(o) for o in observations.values())
    print(
        f"{len(cases)} cases, {steps} of {total} steps compared, {failed} cases with differences that no entry covers"
    )
    print("\n".join(f"  {count:4} cases: {name}" for name, count in hits.most_common()))
    print(f"entries without a case: {idle}; not there yet: {dict(Counter(absent))}")
    return failed + len(idle)

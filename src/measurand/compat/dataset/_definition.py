"""What a dataset will hold, said before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.compat.dataset._experiment import Experiment
from measurand.compat.description import Shapes


@dataclass
class DataSetDefinition:
    """One of several datasets that are measured together.

    Attributes:
        name: What it is called.
        independent: Parameters that are swept, outermost first.
        dependent: Parameters that are measured.
        experiment: Where it belongs; None: the default experiment.
        shapes: For names of results, the lengths of their grid.
        metadata: Noted by tag.
    """

    name: str
    independent: Sequence[Any]
    dependent: Sequence[Any]
    experiment: Experiment | None = None
    shapes: Shapes | None = None
    metadata: Mapping[str, Any] | None = None

"""``qcodes.actions``, of 2016: what happens at a point of a loop beside measuring."""

from measurand.measure import BreakIf, Task, Wait

__all__ = ["BreakIf", "Task", "Wait"]

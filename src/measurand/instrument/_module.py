"""Parts of an instrument: modules and channels. What they say goes up to the instrument."""

from __future__ import annotations

from typing import Any

from measurand._core.names import check_identifier
from measurand.instrument._node import InstrumentBase


class InstrumentModule(InstrumentBase):
    """A group of parameters within an instrument.

    Args:
        parent: The instrument or module above.
        name: Identifier, unique within the parent; the full name is ``parent_name``.
        label: Readable name; default the name.
        metadata: Anything to keep in snapshots.

    Example:
        >>> dac = Instrument("dac")
        >>> trigger = dac.add_submodule("trigger", InstrumentModule(dac, "trigger"))
        >>> _ = trigger.add_parameter("level", unit="V", set_cmd=None, initial_value=0.1)
        >>> dac.trigger.level.full_name
        'dac_trigger_level'
    """

    def __init__(self, parent: InstrumentBase, name: str, **kwargs: Any) -> None:
        self._parent = parent
        super().__init__(check_identifier(name, "submodule"), parent=parent, **kwargs)

    def ask(self, cmd: str) -> str:
        """Send a query to the parent and return the answer."""
        return self.ask_raw(cmd)

    def write(self, cmd: str) -> None:
        """Send a command that has no answer to the parent."""
        self.write_raw(cmd)

    def ask_raw(self, cmd: str) -> str:
        """Hand a query to the parent; override it to change what is sent."""
        answer: str = self._parent.ask(cmd)
        return answer

    def write_raw(self, cmd: str) -> None:
        """Hand a command to the parent; override it to change what is sent."""
        self._parent.write(cmd)


class InstrumentChannel(InstrumentModule):
    """A module of which an instrument has several; behaves as `InstrumentModule`."""

"""An instrument that counts how often snapshots ask it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from measurand.compat.instrument_drivers.mock_instruments._deviceless import DummyBase
from measurand.compat.parameters import Parameter


class SnapShotTestInstrument(DummyBase):
    """An instrument for looking at what a snapshot asks.

    Args:
        name: Its name.
        params: Names of its parameters.
        params_to_skip: Those that snapshots do not read.
        **kwargs: Of `Instrument`.

    Raises:
        ValueError: ``params_to_skip`` are not among ``params``.
    """

    def __init__(
        self,
        name: str,
        params: Sequence[str] = ("v1", "v2", "v3"),
        params_to_skip: Sequence[str] = ("v2",),
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        skipped = [params_to_skip] if isinstance(params_to_skip, str) else list(params_to_skip)
        if not set(skipped) <= set(params):
            raise ValueError("Invalid input; params_to_skip must be a subset of params")
        self._params_to_skip = skipped
        self._get_calls = dict.fromkeys(params, 0)
        for one in params:
            self.add_parameter(
                one,
                parameter_class=Parameter,
                label=f"{name} Label",
                unit="V",
                set_cmd=None,
                get_cmd=partial(self._getter, one),
            )

    def _getter(self, name: str) -> None:
        self._get_calls[name] += 1

    def snapshot_base(
        self, update: bool | None = True, params_to_skip_update: Sequence[str] | None = None
    ) -> dict[Any, Any]:
        """Return its state, in which some parameters are not read."""
        skipped = self._params_to_skip if params_to_skip_update is None else params_to_skip_update
        return super().snapshot_base(update=update, params_to_skip_update=skipped)

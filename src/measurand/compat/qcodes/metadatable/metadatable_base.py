"""``qcodes.metadatable.metadatable_base``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, final

from measurand.compat.parameters import deep_update

Snapshot = dict[str, Any]


class Metadatable:
    """Something with metadata and a snapshot.

    Args:
        metadata: Anything to keep in snapshots.
    """

    def __init__(self, metadata: Mapping[str, Any] | None = None) -> None:
        self.metadata: dict[str, Any] = {}
        self.load_metadata(metadata or {})

    def load_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add to the metadata, nested dicts too."""
        deep_update(self.metadata, metadata)

    @final
    def snapshot(self, update: bool | None = False) -> Snapshot:
        """Return `snapshot_base` with the metadata."""
        state = self.snapshot_base(update)
        if self.metadata:
            state["metadata"] = self.metadata
        return state

    def snapshot_base(
        self,
        update: bool | None = False,  # noqa: ARG002 - for those who override it
        params_to_skip_update: Sequence[str] | None = None,  # noqa: ARG002 - for those who override it
    ) -> Snapshot:
        """Return the state; override this."""
        return {}


class MetadatableWithName(Metadatable):
    """Something with metadata, a snapshot and names."""

    @property
    @abstractmethod
    def short_name(self) -> str:
        """Name within what it belongs to."""

    @property
    @abstractmethod
    def full_name(self) -> str:
        """Name, unique in the laboratory."""

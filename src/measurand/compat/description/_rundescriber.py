"""What a QCoDeS dataset says of itself: its columns, how they are related, and on which grid they lie. Pure data.

It is kept as text in four versions, of which the later hold the earlier; all are written and read.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from measurand._core.names import listing
from measurand.compat.description._interdependencies import InterDependencies_
from measurand.compat.description._older import InterDependencies, new_to_old, old_to_new
from measurand.errors import DamagedData, DefinitionError

Shapes = dict[str, tuple[int, ...]]
"""For names of results, the lengths of the grid they lie on, outermost first."""

STORAGE_VERSION = 3
"""The version in which descriptions are kept."""


class RunDescriber:
    """The description of one dataset.

    Args:
        interdeps: Its columns and their relations.
        shapes: For names of results, the lengths of the grid they lie on; None: not known.

    Raises:
        DefinitionError: ``interdeps`` is none.

    Example:
        >>> from measurand.compat.description import ParamSpecBase
        >>> description = RunDescriber(InterDependencies_(standalones=(ParamSpecBase("noise", "numeric"),)))
        >>> rundescriber_from_json(to_json_for_storage(description)) == description
        True
    """

    def __init__(self, interdeps: InterDependencies_, shapes: Shapes | None = None) -> None:
        if not isinstance(interdeps, InterDependencies_):
            raise DefinitionError(
                f"The interdeps arg must be of type: InterDependencies_. Got {interdeps!r} ({type(interdeps)})."
            )
        self._interdeps = interdeps
        self._shapes = shapes

    @property
    def version(self) -> int:
        """The version in which it is kept."""
        return STORAGE_VERSION

    @property
    def interdeps(self) -> InterDependencies_:
        """Its columns and their relations."""
        return self._interdeps

    @property
    def shapes(self) -> Shapes | None:
        """For names of results, the lengths of the grid they lie on; None: not known."""
        return self._shapes

    def _to_dict(self) -> dict[str, Any]:
        """Return it as plain data of the present version."""
        return to_dict_for_storage(self)

    @classmethod
    def _from_dict(cls, ser: Mapping[str, Any]) -> RunDescriber:
        """Return the description that plain data of any version is."""
        return from_dict_to_current(ser)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RunDescriber):
            return False
        return self._interdeps == other._interdeps and self._shapes == other._shapes

    __hash__ = None  # type: ignore[assignment]  # what it holds can be changed

    def __repr__(self) -> str:
        return f"RunDescriber({self._interdeps}, Shapes: {self._shapes})"


def to_dict_as_version(desc: RunDescriber, version: int) -> dict[str, Any]:
    """Return a description as plain data.

    Args:
        desc: The description.
        version: 0 to 3. Shapes are kept from 3 on.

    Raises:
        DefinitionError: There is no such version.
    """
    if version not in range(STORAGE_VERSION + 1):
        raise DefinitionError(f"version={version!r} of a run description refused, allowed are 0 to {STORAGE_VERSION}.")
    older: dict[str, Any] = {} if version == 1 else new_to_old(desc.interdeps)._to_dict()
    present = {} if version == 0 else desc.interdeps._to_dict()
    if version < 2:
        return {"version": version, "interdependencies": older or present}
    both = {"version": version, "interdependencies": older, "interdependencies_": present}
    return both if version == 2 else {**both, "shapes": desc.shapes}


def to_dict_for_storage(desc: RunDescriber) -> dict[str, Any]:
    """Return a description as plain data of the present version."""
    return to_dict_as_version(desc, STORAGE_VERSION)


def to_json_as_version(desc: RunDescriber, version: int) -> str:
    """Return a description as JSON text; see `to_dict_as_version`."""
    return json.dumps(to_dict_as_version(desc, version))


def to_json_for_storage(desc: RunDescriber) -> str:
    """Return a description as JSON text of the present version, as it is kept."""
    return to_json_as_version(desc, STORAGE_VERSION)


def to_yaml_for_storage(desc: RunDescriber) -> str:
    """Return a description as YAML text of the present version."""
    from ruamel.yaml import YAML

    text = io.StringIO()
    yaml = YAML()
    yaml.indent(mapping=2, sequence=2, offset=0)
    yaml.dump(json.loads(to_json_for_storage(desc)), text)
    return text.getvalue()


def from_dict_to_current(dct: Mapping[str, Any]) -> RunDescriber:
    """Return the description that plain data of any version is; of a later version, what this one knows of it.

    Raises:
        DamagedData: It is no run description.
    """
    try:
        version = dct["version"]
        if version == 0:
            return RunDescriber(old_to_new(InterDependencies._from_dict(dct["interdependencies"])))
        interdeps = dct["interdependencies" if version == 1 else "interdependencies_"]
        shapes = dct.get("shapes") if version > 2 else None
        checked = None if shapes is None else {name: tuple(shape) for name, shape in shapes.items()}
        return RunDescriber(InterDependencies_._from_dict(interdeps), checked)
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedData(f"This is no run description: {_shown(dct)}; {type(error).__name__}: {error}.") from error


def from_json_to_current(json_str: str) -> RunDescriber:
    """Return the description that JSON text of any version is.

    Raises:
        DamagedData: It is no run description.
        ValueError: It is no JSON.
    """
    return from_dict_to_current(json.loads(json_str))


rundescriber_from_json = from_json_to_current


def from_yaml_to_current(yaml_str: str) -> RunDescriber:
    """Return the description that YAML text of any version is.

    Raises:
        DamagedData: It is no run description.
    """
    from ruamel.yaml import YAML

    return from_dict_to_current(YAML(typ="safe", pure=True).load(yaml_str))


def _shown(dct: Any) -> str:
    return f"keys {listing(map(repr, dct))}" if isinstance(dct, Mapping) else repr(dct)[:80]

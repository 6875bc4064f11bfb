"""`FieldVector`: one vector in three systems of coordinates, as drivers of vector magnets use it. Angles are degrees."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

from measurand.compat.vectors._arithmetic import Arithmetic
from measurand.errors import DefinitionError

_CARTESIAN, _SPHERICAL, _CYLINDRICAL = ("x", "y", "z"), ("r", "theta", "phi"), ("rho", "phi", "z")
_SYSTEMS = (_CARTESIAN, _SPHERICAL, _CYLINDRICAL)
_Coordinates = dict[str, float | None]


class FieldVector(Arithmetic):
    """A vector by its coordinates in any system: ``(x, y, z)``, ``(r, theta, phi)`` or ``(rho, phi, z)``.

    Given one system completely, it knows the others. A coordinate that was given stays as it was given, so that an
    angle of 190° is not turned into -170°. Given less, it knows no more than that.

    Args:
        x: Along the first axis; any unit, the same for all lengths.
        y: Along the second axis.
        z: Along the third axis.
        r: Length.
        theta: Angle from the z axis, in degrees.
        phi: Angle from the x axis in the plane of x and y, in degrees.
        rho: Length of the part in the plane of x and y.

    Raises:
        DefinitionError: Coordinates contradict each other.

    Example:
        >>> field = FieldVector(x=3, y=0, z=4)
        >>> field.r, field.phi, field.rho
        (5.0, 0.0, 3.0)
        >>> field + 2 * FieldVector(x=0, y=1, z=0)
        FieldVector(x=3.0, y=2.0, z=4.0)
    """

    attributes: ClassVar[list[str]] = ["x", "y", "z", "r", "theta", "phi", "rho"]
    repr_format: str = "cartesian"
    """What `repr` shows: ``"cartesian"``, ``"spherical"`` or ``"cylindrical"``."""

    def __init__(
        self,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        r: float | None = None,
        theta: float | None = None,
        phi: float | None = None,
        rho: float | None = None,
    ) -> None:
        self._known = _completed({"x": x, "y": y, "z": z, "r": r, "theta": theta, "phi": phi, "rho": rho})

    def __getattr__(self, name: str) -> Any:
        """Return a coordinate; None if it is not known."""
        if name in FieldVector.attributes:
            return vars(self)["_known"][name]
        raise AttributeError(f"A FieldVector has no {name!r}; it has {', '.join(self.attributes)}.")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FieldVector.attributes:
            raise AttributeError(
                f"{name} cannot be assigned, the other coordinates follow from it: use set_component({name}={value!r})."
            )
        super().__setattr__(name, value)

    def __getitem__(self, name: str) -> float | None:
        if name not in self._known:
            raise AttributeError(f"A FieldVector has no {name!r}; it has {', '.join(self.attributes)}.")
        return self._known[name]

    def __setitem__(self, name: str, value: float) -> None:
        self.set_component(**{name: value})

    def get_components(self, *names: str) -> list[float | None]:
        """Return coordinates by their names, in this order."""
        return [self[name] for name in names]

    def set_vector(self, **new_values: float) -> None:
        """Become another vector, given by all coordinates of one system.

        Raises:
            DefinitionError: They are more or fewer than those of one system; the vector stays what it is.

        Example:
            >>> field = FieldVector(x=0, y=2, z=6)
            >>> field.set_vector(rho=1, phi=0, z=0)
            >>> field
            FieldVector(x=1.0, y=0.0, z=0.0)
        """
        if not any(set(system) == set(new_values) for system in _SYSTEMS):
            allowed = " or ".join(f"({', '.join(system)})" for system in _SYSTEMS)
            raise DefinitionError(
                f"FieldVector.set_vector: {', '.join(new_values) or 'nothing'} refused, allowed is a complete system, "
                f"{allowed}. To change one coordinate, use set_component."
            )
        self._known = _completed(new_values)

    def set_component(self, **new_values: float) -> None:
        """Change one coordinate; the others of its system stay. One that two systems have keeps x and y.

        Raises:
            NotImplementedError: Several are given.
            DefinitionError: None is given, there is none of this name, or the others are not known.
        """
        if len(new_values) > 1:
            raise NotImplementedError(
                f"FieldVector.set_component changes one coordinate, not {', '.join(new_values)}. Use set_vector."
            )
        name = next(iter(new_values), "nothing")
        system = next((system for system in _SYSTEMS if name in system), None)
        if system is None:
            raise DefinitionError(f"FieldVector.set_component: {name} refused, allowed {', '.join(self.attributes)}.")
        values = {**{key: self._known[key] for key in system}, **new_values}
        if None in values.values():
            raise DefinitionError(f"{self!r} is not known completely; use set_vector first.")
        self._known = _completed(values)

    def copy(self, other: FieldVector) -> None:
        """Become what ``other`` is."""
        self._known = dict(other._known)

    def repr_cartesian(self) -> str:
        """Return the vector as text with x, y and z."""
        return self._text(_CARTESIAN)

    def repr_spherical(self) -> str:
        """Return the vector as text with r, phi and theta."""
        return self._text(("r", "phi", "theta"))

    def repr_cylindrical(self) -> str:
        """Return the vector as text with rho, phi and z."""
        return self._text(_CYLINDRICAL)

    def __getnewargs__(self) -> tuple[float | None, ...]:  # what an encoder of JSON writes of it
        return tuple(self._known[name] for name in _CARTESIAN)

    def __repr__(self) -> str:
        texts = {"spherical": self.repr_spherical, "cylindrical": self.repr_cylindrical}
        return texts.get(self.repr_format, self.repr_cartesian)()

    def _text(self, names: tuple[str, ...]) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={self._known[name]}' for name in names)})"

    def _cartesian(self) -> tuple[float, float, float]:
        x, y, z = (self._known[name] for name in _CARTESIAN)
        if x is None or y is None or z is None:
            raise DefinitionError(f"{self!r} is not known completely; give all coordinates of one system.")
        return x, y, z


def _completed(given: Mapping[str, float | None]) -> _Coordinates:
    """Return all coordinates, computed from a complete system if there is one.

    Raises:
        DefinitionError: What was given contradicts what was computed.
    """
    known = {name: None if given.get(name) is None else float(given[name]) for name in FieldVector.attributes}  # type: ignore[arg-type] # not None here
    computed: dict[str, float] = {}
    for system, compute in (
        (_CARTESIAN, _from_cartesian),
        (_SPHERICAL, _from_spherical),
        (_CYLINDRICAL, _from_cylindrical),
    ):
        values = [known[name] for name in system]
        complete = [value for value in values if value is not None]
        if len(complete) == len(system):
            computed = compute(*complete)
            break
    for name, value in computed.items():
        if known[name] is None:
            known[name] = value
        elif not math.isclose(known[name], value, rel_tol=1e-5, abs_tol=1e-8):  # type: ignore[arg-type] # not None here
            raise DefinitionError(
                f"FieldVector: {name}={known[name]} contradicts the others, from which {value} follows."
            )
    return known


def _from_cartesian(x: float, y: float, z: float) -> dict[str, float]:
    r, rho = math.hypot(x, y, z), math.hypot(x, y)
    return {"r": r, "theta": math.degrees(math.atan2(rho, z)), "phi": math.degrees(math.atan2(y, x)), "rho": rho}


def _from_spherical(r: float, theta: float, phi: float) -> dict[str, float]:
    polar, azimuth = math.radians(theta), math.radians(phi)
    rho = r * math.sin(polar)
    return {"x": rho * math.cos(azimuth), "y": rho * math.sin(azimuth), "z": r * math.cos(polar), "rho": abs(rho)}


def _from_cylindrical(rho: float, phi: float, z: float) -> dict[str, float]:
    azimuth = math.radians(phi)
    return {
        "x": rho * math.cos(azimuth),
        "y": rho * math.sin(azimuth),
        "r": math.hypot(rho, z),
        "theta": math.degrees(math.atan2(abs(rho), z)),
    }

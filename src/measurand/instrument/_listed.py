"""What a class of instruments knows of its instances: which exist, and under which names.

Knows of an instrument only its name; the list itself is a `Registry`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from measurand.instrument._registry import Registry


class Listed:
    """Something that stands under its name in a registry while it exists."""

    registry: ClassVar[Registry] = Registry()

    @classmethod
    def recreate(cls, name: str, *args: Any, **kwargs: Any) -> Self:
        """Close the instrument ``name``, if there is one, and create it anew.

        This is the remedy when a notebook cell that creates an instrument is run again.

        Args:
            name: Name of the old and the new instrument.
            *args: Further arguments of the constructor.
            **kwargs: Further arguments of the constructor.
        """
        if name in cls.registry:
            cls.registry.find(name).close()
        return cls(name, *args, **kwargs)  # type: ignore[call-arg]  # every instrument is made with a name

    @classmethod
    def instances(cls) -> list[Self]:
        """Return the instruments of this class and its subclasses, oldest first."""
        return cls.registry.all(cls)

    @classmethod
    def find_instrument(cls, name: str, instrument_class: type[Any] | None = None) -> Any:
        """Return the instrument ``name``; `measurand.find_instrument` is the same.

        Args:
            name: As given to its constructor.
            instrument_class: The class it must be of; default any.

        Raises:
            UnknownName: There is none, or it is of another class.
        """
        return cls.registry.find(name, instrument_class)

    @classmethod
    def exist(cls, name: str, instrument_class: type[Any] | None = None) -> bool:
        """Return whether there is an instrument ``name``, of ``instrument_class`` if one is given."""
        found = cls.registry.get(name)
        return found is not None and (instrument_class is None or isinstance(found, instrument_class))

    @classmethod
    def is_valid(cls, instr_instance: object) -> bool:
        """Return whether this object is an instrument that exists: not one that was closed."""
        return any(known is instr_instance for known in cls.registry.all(object))

    @classmethod
    def remove_instance(cls, instance: Listed) -> None:
        """Forget an instrument without closing it; its name is free then."""
        if cls.is_valid(instance):
            cls.registry.drop(vars(instance)["_claimed"])
            vars(instance)["_claimed"] = None

    @classmethod
    def close_all(cls) -> None:
        """Close every instrument of this process, whatever its class; `measurand.close_all` is the same.

        Raises:
            ExceptionGroup: Of everything that went wrong, after all are closed.
        """
        cls.registry.close_all()

    def _claim(self, name: str) -> None:
        """Reserve ``name``, in place of one that was reserved before."""
        claimed: str | None = vars(self)["_claimed"]
        if claimed == name:
            return
        self.registry.claim(name, type(self))
        if claimed is not None:
            self.registry.drop(claimed)
        vars(self)["_claimed"] = name

    def _leave(self) -> None:
        """Free the name; harmless when it is free already."""
        claimed, vars(self)["_claimed"] = vars(self).get("_claimed"), None
        if claimed is not None:
            self.registry.drop(claimed)

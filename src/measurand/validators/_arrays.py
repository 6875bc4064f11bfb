"""numpy arrays of given type, shape and range."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from measurand._core.numbers import is_real
from measurand.errors import DefinitionError
from measurand.validators._numbers import finite_limits, is_whole_type, plain_limit, range_text
from measurand.validators._numpy import is_array
from measurand.validators._validator import Refusal, Validator, shown
from measurand.validators._values import Asked

if TYPE_CHECKING:
    import numpy as np

Length = int | str | Callable[[], Any] | Asked
_LARGEST = sys.float_info.max  # whole limits may lie beyond what floats can hold
_LETTERS: dict[type, str] = {int: "iu", float: "f", complex: "c"}  # of numpy's dtype.kind, for Python's types
_DTYPES: dict[str, str] = {  # something concrete for numpy's abstract types
    "number": "float64", "integer": "int64", "signedinteger": "int64", "unsignedinteger": "uint64",
    "inexact": "float64", "floating": "float64", "complexfloating": "complex128",
}  # fmt: skip


class Arrays(Validator["np.ndarray[Any, Any]"]):
    """A numpy array of real numbers, optionally with shape and limits for every element.

    Without limits NaN is allowed, since data may have gaps; between limits it is not.

    Args:
        min_value: Smallest allowed element; default no limit.
        max_value: Largest allowed element; default no limit.
        shape: Length of each dimension. A whole number from 0; a name for a length that may be anything, but the same
            wherever the name stands; or a function of no arguments, asked at each check, so that another parameter can
            say it. Default: any shape.
        valid_types: Types of the elements: scalar types of numpy, e.g. ``(np.complexfloating,)``, or ``int``,
            ``float``, ``complex`` for all sizes of them. Default: integers and floats.

    Raises:
        DefinitionError: ``max_value`` is not above ``min_value``, a length or type is none, or limits are given for
            complex elements.

    Example:
        >>> import numpy as np
        >>> Arrays(-1, 1, shape=("n", "n")).validate(np.zeros((3, 3)))
    """

    is_numeric = False  # a ramp moves one number
    kind = "Arrays"

    def __init__(
        self,
        min_value: float | None = None,
        max_value: float | None = None,
        shape: Sequence[Length] | None = None,
        valid_types: Sequence[type] | None = None,
    ) -> None:
        low = -math.inf if min_value is None else min_value
        high = math.inf if max_value is None else max_value
        if not (is_real(low) and is_real(high) and high > low):
            raise DefinitionError(f"Arrays({min_value!r}, {max_value!r}): max_value must be a number above min_value.")
        self.min_value: Final = plain_limit(low)
        self.max_value: Final = plain_limit(high)
        self.shape_unevaluated: Final = None if shape is None else _checked_shape(shape)
        self.valid_types: Final = None if valid_types is None else _checked_types(valid_types)
        if self._limited and any(_may_be_complex(kind) for kind in self.valid_types or ()):
            raise DefinitionError("Arrays: complex elements have no order, so min_value and max_value cannot apply.")

    @property
    def shape(self) -> tuple[int | None, ...] | None:
        """The allowed shape at this moment, None where a length is free; None means any shape.

        Functions among the lengths are called, and may raise.
        """
        if self.shape_unevaluated is None:
            return None
        return tuple(_ask(length) for length in self.shape_unevaluated)

    def judge(self, value: Any) -> Refusal | None:
        """Return None for an array of allowed type, shape and elements."""
        if not is_array(value):
            return Refusal(wrong_type=True)
        if not self._type_allowed(value.dtype):
            return Refusal(wrong_type=True, detail=f"its elements are {value.dtype}")
        if self.shape_unevaluated is not None:
            try:
                fits = self._shape_fits(value.shape)
            except Exception as error:  # noqa: BLE001 - the functions are user code; the value is not to blame
                return Refusal(wrong_type=False, detail=f"its shape cannot be checked: {_said(error)}")
            if not fits:
                return Refusal(wrong_type=False, detail=f"its shape is {value.shape}")
        return self._elements_refused(value) if self._limited and value.size else None

    @property
    def _limited(self) -> bool:
        return self.min_value != -math.inf or self.max_value != math.inf

    def _type_allowed(self, dtype: Any) -> bool:
        if self.valid_types is None:
            return dtype.kind in "iuf"
        return any(
            dtype.kind in _LETTERS[kind] if kind in _LETTERS else issubclass(dtype.type, kind)
            for kind in self.valid_types
        )

    def _shape_fits(self, given: tuple[int, ...]) -> bool:
        lengths = self.shape_unevaluated or ()
        if len(given) != len(lengths):
            return False
        named: dict[str, int] = {}
        for number, length in zip(given, lengths, strict=True):
            if isinstance(length, str):
                if named.setdefault(length, number) != number:
                    return False
            elif (expected := _ask(length)) is not None and expected != number:
                return False
        return True

    def _elements_refused(self, array: Any) -> Refusal | None:
        # As Python numbers, which compare with limits of any size; NaN becomes both extremes and fails.
        if self.min_value <= array.min().item() and array.max().item() <= self.max_value:
            return None
        import numpy as np

        # numpy cannot compare floats with whole limits beyond all floats; no element is beyond them either.
        low = self.min_value if self.min_value >= -_LARGEST else -math.inf
        high = self.max_value if self.max_value <= _LARGEST else math.inf
        outside = ~((array >= low) & (array <= high))
        where = tuple(int(i) for i in np.unravel_index(outside.argmax(), array.shape))
        return Refusal(wrong_type=False, detail=f"element {list(where)} is {shown(array[where])}" if where else "")

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"arrays of shape (3, n) of real numbers -1 to 1 V"``."""
        kinds = "real numbers" if self.valid_types is None else " or ".join(t.__name__ for t in self.valid_types)
        shape = "" if self.shape_unevaluated is None else f" of shape ({', '.join(self._shape_texts())})"
        return f"arrays{shape} of {kinds} {range_text(self.min_value, self.max_value, unit)}".rstrip()

    def _shape_texts(self) -> Iterator[str]:
        for length in self.shape_unevaluated or ():
            if isinstance(length, Asked):
                yield f"{length.name}, checked by its owner"
            elif not callable(length):
                yield str(length)
            elif (cache := _cache_of(length)) is not None:  # a parameter: no device is asked for the sake of a text
                yield _name_of(length) if cache.value is None else str(cache.value)
            else:
                try:
                    yield str(_ask(length))
                except Exception:  # noqa: BLE001 - user code; the text is for a message that must appear
                    yield _name_of(length)

    @property
    def valid_values(self) -> tuple[np.ndarray[Any, Any], ...]:
        """Arrays filled with allowed numbers; none while a function cannot tell its length."""
        import numpy as np

        try:
            lengths = (None,) if (now := self.shape) is None else now
        except Exception:  # noqa: BLE001 - user code; no example is an answer
            return ()
        shape = tuple(2 if length is None else length for length in lengths)
        finite = [v for v in (self.min_value, self.max_value) if abs(v) <= _LARGEST] or [0]
        fills = dict.fromkeys([*finite, math.ceil(finite[0]), math.floor(finite[-1]), sum(finite) / len(finite)])
        kind: Any = (self.valid_types or (float,))[0]
        dtype = np.dtype(_DTYPES.get(kind.__name__, kind))
        arrays = []
        for fill in fills:
            with np.errstate(all="ignore"):
                array = np.full(shape, fill, dtype=float).astype(dtype)
            if self.refusal(array) is None:
                arrays.append(array)
        return tuple(arrays)

    def arguments(self) -> dict[str, Hashable]:
        """Return limits, lengths and types that there are."""
        given: dict[str, Hashable] = {"shape": self.shape_unevaluated, "valid_types": self.valid_types}
        limits = finite_limits(self.min_value, self.max_value)
        return {**limits, **{name: value for name, value in given.items() if value is not None}}

    def _describable(self) -> dict[str, object]:
        described: dict[str, object] = dict(self.arguments())
        if self.shape_unevaluated is not None:
            described["shape"] = tuple(
                Asked(_name_of(length)) if callable(length) else length for length in self.shape_unevaluated
            )
        return described


def _checked_shape(shape: Sequence[Length]) -> tuple[Length, ...]:
    lengths = tuple(shape) if not isinstance(shape, str) else (object(),)
    for length in lengths:
        is_length = is_whole_type(length) and not isinstance(length, bool) and length >= 0
        if not (is_length or callable(length) or isinstance(length, Asked) or (isinstance(length, str) and length)):
            raise DefinitionError(
                f"Arrays(shape={shape!r}): each length must be a whole number from 0, a name, or a function of no "
                "arguments, e.g. shape=(3, 'n')."
            )
    return tuple(int(length) if is_whole_type(length) else length for length in lengths)  # type: ignore[misc]  # checked above


def _checked_types(valid_types: Sequence[type]) -> tuple[type, ...]:
    for kind in valid_types:
        names = [parent.__name__ for parent in kind.__mro__] if isinstance(kind, type) else []
        if kind not in _LETTERS and "number" not in names:  # numpy.number, which need not be loaded
            raise DefinitionError(
                f"Arrays(valid_types=[{kind!r}]): allowed are int, float, complex, and numpy's types of numbers, "
                "e.g. np.complexfloating."
            )
    if not valid_types:
        raise DefinitionError("Arrays(valid_types=[]): needs at least one type, or None for real numbers.")
    return tuple(valid_types)


def _may_be_complex(kind: type) -> bool:
    names = {parent.__name__ for parent in kind.__mro__}
    return kind is complex or "complexfloating" in names or kind.__name__ in ("number", "inexact")


def _ask(length: Length) -> int | None:
    """Return the length at this moment; None if it is free, or known to its owner only."""
    if not callable(length):
        return length if isinstance(length, int) else None
    answer = length()
    if not is_real(answer) or answer < 0 or answer != int(answer):
        raise DefinitionError(f"{_name_of(length)} gave {shown(answer)} as a length, allowed whole numbers from 0")
    return int(answer)


def _cache_of(function: object) -> Any:
    """Return what a parameter, or the parameter whose method this is, was last; None: it is no parameter's."""
    for thing in (function, getattr(function, "__self__", None)):
        if hasattr(cache := getattr(thing, "cache", None), "value"):
            return cache
    return None


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, DefinitionError) else f"its function raised {type(error).__name__}"


def _name_of(function: object) -> str:
    """Return what a reader knows a function by: the parameter that it asks, or its own name."""
    for thing in (function, getattr(function, "__self__", None)):
        if isinstance(name := getattr(thing, "full_name", None), str):
            return name
    name = getattr(function, "__name__", "")
    return name if name and name != "<lambda>" else "a function"

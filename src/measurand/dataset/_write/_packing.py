"""From one row of single values to the bytes of its record, in no more steps than its columns need. Knows no file.

The function is written for the columns of its table, as `dataclasses` writes an ``__init__``: unpacking a row into names,
and looking at the type of each, costs less than handing it on with a star. A value of the plain type of its column is packed
as it is; anything else goes through the encoder of its column, which refuses what does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._kinds import encoder

Pack = Callable[[int, int, Sequence[int], Sequence[Any]], bytes]

# Of each kind with a plain type: the condition, and what is packed then.
_PLAIN = {
    "float": ("type({v}) is float", "{v}"),
    "int": ("type({v}) is int", "{v}"),
    "bool": ("type({v}) is bool", "{v}"),
    "complex": ("type({v}) is complex", "{v}.real, {v}.imag"),
}
_TEMPLATE = """
def pack(row, time, index, values):
    {index}
    {values}, = values
    if {plain}:
        return record(row, time, {fields})
    return record(row, time, {encoded})
"""
_NO_INDEX = "if index: raise ValueError('the table has no dims')"
_INDEX = "{i}, = index\n    if ({sum}) >> 31: raise ValueError('an index is a whole number from 0 to 2147483647')"


def packer(spec: TableSpec, record: Callable[..., bytes]) -> Pack:
    """Return the function from row number, time in ns, index and values to the bytes of a record without its crc.

    It raises `TypeError`, `ValueError`, `OverflowError` or `struct.error` for what does not fit.

    Args:
        spec: The settled table, of single values.
        record: Packs row number, time, index and fields, as `Layout.packer` does.
    """
    dims = [f"i{number}" for number in range(len(spec.dims))]
    values = [f"v{number}" for number in range(len(spec.columns))]
    known: dict[str, Any] = {"record": record}
    plain, fields, encoded = [], list(dims), list(dims)
    for value, column in zip(values, spec.columns, strict=True):
        known[f"encode_{value}"] = encoder(column)
        condition, field = _PLAIN.get(column.kind or "", ("True", f"encode_{value}({value})"))
        plain.append(condition.format(v=value))
        fields.append(field.format(v=value))
        encoded.append(f"*pair(encode_{value}({value}))" if column.kind == "complex" else f"encode_{value}({value})")
    known["pair"] = lambda value: (value.real, value.imag)
    source = _TEMPLATE.format(
        index=_INDEX.format(i=", ".join(dims), sum=" | ".join(dims)) if dims else _NO_INDEX,
        values=", ".join(values),
        plain=" and ".join(plain),
        fields=", ".join(fields),
        encoded=", ".join(encoded),
    )
    exec(source, known)  # noqa: S102 - nothing of the user is in the text: names are numbered
    pack: Pack = known["pack"]
    return pack

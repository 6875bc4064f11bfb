"""One quantity: what it is called, where its raw value comes from, how that becomes a value, what is allowed.

`Parameter` is one object made of a few parts: a source (reads and writes raw values), codecs (raw ↔ value), a validator,
a cache, a ramp and a frozen spec. A parameter knows no instrument; it asks its `Owner` to ``ask`` and ``write``.
`ManualParameter` and `DelegateParameter` are the same class with another source. `Sweep` is one axis of values.
"""

from measurand.parameters._cache import Cache
from measurand.parameters._delegate import DelegateParameter
from measurand.parameters._manual import ManualParameter
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter
from measurand.parameters._source import Source
from measurand.parameters._sweep import Settable, Sweep

__all__ = ["Cache", "DelegateParameter", "ManualParameter", "Owner", "Parameter", "Settable", "Source", "Sweep"]

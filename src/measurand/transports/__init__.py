"""Move text and bytes to a device and back.

A `Transport` is the way to one device: `VisaTransport` over any VISA (the only place that imports pyvisa), or
`ScriptedTransport` for tests. A `Link` is what an instrument really holds: one transport, the lock that is held for
a whole exchange, and the memory of the last exchanges that goes into error messages. Knows no instrument.
"""

from measurand.transports._link import Exchange, Link
from measurand.transports._scripted import ScriptedTransport
from measurand.transports._transport import Transport
from measurand.transports._visa import VisaTransport

__all__ = ["Exchange", "Link", "ScriptedTransport", "Transport", "VisaTransport"]

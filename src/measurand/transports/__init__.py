"""Move text and bytes to a device and back.

A `Transport` is the way to one device: `VisaTransport` over any VISA (the only place that imports pyvisa),
`SocketTransport` over a bare socket, `ScriptedTransport` for tests. `RecordingTransport` writes down what goes over
another one, `ReplayTransport` answers from what was written. A `Link` is what an instrument really holds: one
transport, the lock that is held for a whole exchange, and the memory of the last exchanges that goes into error
messages; it also knows arrays as binary blocks. Knows no instrument.
"""

from measurand.transports._explain import is_socket
from measurand.transports._history import Exchange
from measurand.transports._link import Link
from measurand.transports._recording import RecordingTransport, ReplayTransport
from measurand.transports._scripted import ScriptedTransport
from measurand.transports._socket import SocketTransport
from measurand.transports._transport import Transport
from measurand.transports._visa import VisaTransport

__all__ = [
    "Exchange",
    "Link",
    "RecordingTransport",
    "ReplayTransport",
    "ScriptedTransport",
    "SocketTransport",
    "Transport",
    "VisaTransport",
    "is_socket",
]

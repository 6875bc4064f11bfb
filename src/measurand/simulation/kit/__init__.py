"""The kit for simulators: write a device as its language shows it, put it on a real socket, let it fail on purpose.

`ScpiDevice` speaks SCPI with headers as manuals print them, `TextDevice` any language of one's own, `device_from` is
made of a driver's blueprint; `serve` puts one where a driver can reach it; `Faults` and the faults break the
conversation. Knows no driver.

The files: `_scpi` (the language), `_status` (error queue and registers), `_scpi_device`, `_text_device`,
`_from_blueprint` (devices); `_framing` (where a message ends), `_server` (messages over TCP), `_faults`, `_serve`.
"""

from measurand.simulation.kit._faults import (
    NOT_A_NUMBER,
    Fault,
    Faults,
    Garbage,
    Late,
    disconnect,
    lost_answer,
    lost_message,
    torn,
)
from measurand.simulation.kit._from_blueprint import device_from
from measurand.simulation.kit._scpi import Accepts, Block, OneOf, Quoted, ScpiError, Switch, Within, Word, block
from measurand.simulation.kit._scpi_device import ScpiDevice
from measurand.simulation.kit._serve import Device, Served, serve
from measurand.simulation.kit._server import LOOPBACK, MessageServer, Reply, Wire
from measurand.simulation.kit._text_device import TextDevice

__all__ = [
    "LOOPBACK",
    "NOT_A_NUMBER",
    "Accepts",
    "Block",
    "Device",
    "Fault",
    "Faults",
    "Garbage",
    "Late",
    "MessageServer",
    "OneOf",
    "Quoted",
    "Reply",
    "ScpiDevice",
    "ScpiError",
    "Served",
    "Switch",
    "TextDevice",
    "Wire",
    "Within",
    "Word",
    "block",
    "device_from",
    "disconnect",
    "lost_answer",
    "lost_message",
    "serve",
    "torn",
]

"""The functions of ATSApi, the vendor's library, as Python calls: types declared, return codes checked. Knows no board.

From the ATS-SDK user guide (docs.alazartech.com, 7.4.0 and later, chapters Programmer's guide and API reference): the
library is ``ATSApi.dll`` on Windows and ``libATSApi.so`` on Linux; every function that returns a code returns 512
(``ApiSuccess``) if all is well. What each function takes, page by page: Not checked against a manual.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, c_char_p, c_int, c_long, c_uint8, c_uint32, c_void_p
from typing import Any, Final

from measurand.errors import CannotOpen, DeviceError, InstrumentClosed, TransportTimeout

SUCCESS: Final = 512
WAIT_TIMEOUT: Final = 579
NPT: Final = 0x200  # AutoDMA without samples before the trigger
EXTERNAL_STARTCAPTURE: Final = 0x1
INTERLEAVE_SAMPLES: Final = 0x1000

_U8P, _U32P = POINTER(c_uint8), POINTER(c_uint32)
LIBRARIES: Final = {"win32": "ATSApi.dll", "linux": "libATSApi.so"}

SIGNATURES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "AlazarNumOfSystems": (c_uint32, ()),
    "AlazarGetBoardBySystemID": (c_void_p, (c_uint32, c_uint32)),
    "AlazarGetBoardKind": (c_uint32, (c_void_p,)),
    "AlazarErrorToText": (c_char_p, (c_int,)),
    "AlazarGetChannelInfo": (c_int, (c_void_p, _U32P, _U8P)),
    "AlazarQueryCapability": (c_int, (c_void_p, c_uint32, c_uint32, _U32P)),
    "AlazarGetSDKVersion": (c_int, (_U8P, _U8P, _U8P)),
    "AlazarGetCPLDVersion": (c_int, (c_void_p, _U8P, _U8P)),
    "AlazarSetCaptureClock": (c_int, (c_void_p, c_uint32, c_uint32, c_uint32, c_uint32)),
    "AlazarInputControl": (c_int, (c_void_p, c_uint8, c_uint32, c_uint32, c_uint32)),
    "AlazarSetBWLimit": (c_int, (c_void_p, c_uint32, c_uint32)),
    "AlazarSetTriggerOperation": (c_int, (c_void_p, *(c_uint32,) * 9)),
    "AlazarSetExternalTrigger": (c_int, (c_void_p, c_uint32, c_uint32)),
    "AlazarSetTriggerDelay": (c_int, (c_void_p, c_uint32)),
    "AlazarSetTriggerTimeOut": (c_int, (c_void_p, c_uint32)),
    "AlazarSetRecordSize": (c_int, (c_void_p, c_uint32, c_uint32)),
    "AlazarBeforeAsyncRead": (c_int, (c_void_p, c_uint32, c_long, c_uint32, c_uint32, c_uint32, c_uint32)),
    "AlazarPostAsyncBuffer": (c_int, (c_void_p, c_void_p, c_uint32)),
    "AlazarStartCapture": (c_int, (c_void_p,)),
    "AlazarWaitAsyncBufferComplete": (c_int, (c_void_p, c_void_p, c_uint32)),
    "AlazarAbortAsyncRead": (c_int, (c_void_p,)),
    "AlazarForceTrigger": (c_int, (c_void_p,)),
    "AlazarSetLED": (c_int, (c_void_p, c_uint32)),
}
"""What each function returns and takes."""


def load(driver: str, path: str | None) -> Any:
    """Return the vendor's library.

    Args:
        driver: Name of the driver, for messages.
        path: Of the library; None: by its usual name, wherever the system looks.

    Raises:
        CannotOpen: This platform has no such library, or it is not installed. Also an `OSError`.
    """
    usual = LIBRARIES.get(sys.platform)
    if path is None and usual is None:
        raise CannotOpen(
            f"{driver}: the vendor's library exists for Windows and Linux, not for {sys.platform}. Run the driver on the "
            f"computer that has the board."
        )
    try:
        return ctypes.CDLL(path or usual or "")
    except OSError as error:
        raise CannotOpen(
            f"{driver}: the library {path or usual} cannot be loaded on {sys.platform} ({error}). Install the board's "
            f"driver and the ATS-SDK, or give its path as dll_path."
        ) from error


class Api:
    """The library for one board.

    Args:
        library: What `load` returns, or an object with the same functions.
        where: Name of the instrument, for messages.
    """

    def __init__(self, library: Any, where: str) -> None:
        self._library = library
        self._where = where
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        self._handle: int | None = None

    def open(self, system_id: int, board_id: int) -> None:
        """Find a board.

        Raises:
            CannotOpen: There is none; also an `OSError`.
        """
        self._handle = self._library.AlazarGetBoardBySystemID(system_id, board_id)
        if not self._handle:
            raise CannotOpen(
                f"{self._where}: no board found at system {system_id}, board {board_id}; the library sees "
                f"{self._library.AlazarNumOfSystems()} system(s). Check that the board is seated and its driver installed, "
                f"and that no other program has it."
            )

    def close(self) -> None:
        """Let the board go: whoever calls it from now on is told so. The library has nothing to close."""
        self._handle = None

    @property
    def handle(self) -> int:
        """The board's handle.

        Raises:
            InstrumentClosed: The board was let go.
        """
        if self._handle is None:
            raise InstrumentClosed(f"{self._where} was closed. Create it again to use it.")
        return self._handle

    def kind(self) -> int:
        """Return the number that stands for the model."""
        number: int = self._library.AlazarGetBoardKind(self.handle)
        return number

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function with the board's handle before ``arguments``.

        Raises:
            DeviceError: It returned another code than success; the message has the library's text.
        """
        self._check(name, getattr(self._library, name)(self.handle, *arguments), arguments)

    def wait(self, address: int, seconds: float) -> None:
        """Wait until the buffer at ``address`` is full.

        Raises:
            TransportTimeout: It was not within ``seconds``.
            DeviceError: As `call`.
        """
        code = self._library.AlazarWaitAsyncBufferComplete(self.handle, address, round(1000 * seconds))
        if code == WAIT_TIMEOUT:
            raise TransportTimeout(
                f"{self._where}: no complete buffer within {seconds:g} s. Check that triggers arrive (trigger_source, "
                f"trigger_level), or give a longer timeout."
            )
        self._check("AlazarWaitAsyncBufferComplete", code, ())

    def channel_info(self) -> tuple[int, int]:
        """Return the samples that the memory of a channel holds, and the bits of a sample."""
        memory, bits = c_uint32(), c_uint8()
        self.call("AlazarGetChannelInfo", ctypes.byref(memory), ctypes.byref(bits))
        return memory.value, bits.value

    def capability(self, request: int) -> int:
        """Return what `AlazarQueryCapability` says to a request."""
        value = c_uint32()
        self.call("AlazarQueryCapability", request, 0, ctypes.byref(value))
        return value.value

    def versions(self) -> str:
        """Return the versions of library and board, e.g. ``"SDK 7.4.0, CPLD 25.16"``."""
        sdk = [c_uint8() for _ in range(3)]
        self._check("AlazarGetSDKVersion", self._library.AlazarGetSDKVersion(*map(ctypes.byref, sdk)), ())
        board = [c_uint8(), c_uint8()]
        self.call("AlazarGetCPLDVersion", *map(ctypes.byref, board))
        dotted = [".".join(str(part.value) for part in version) for version in (sdk, board)]
        return f"SDK {dotted[0]}, CPLD {dotted[1]}"

    def _check(self, name: str, code: int, arguments: tuple[Any, ...]) -> None:
        if code != SUCCESS:
            text = (self._library.AlazarErrorToText(code) or b"unknown").decode("latin-1")
            shown = ", ".join(str(one) for one in arguments)
            raise DeviceError(f"{self._where}: the library reported {text} ({code}) after {name}({shown}).")

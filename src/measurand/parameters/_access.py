"""The path between a value and its instrument: source, codecs, validator and cache compiled into two functions.

Everything that can be decided beforehand is decided in `compile_access`, so that a get or set is one function call around
the source's own. Knows no ramp.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from measurand.errors import NotGettable, NoTrustedValue, NotSettable, RefusedType, RefusedValue, UndecodableAnswer
from measurand.parameters._cache import Cache
from measurand.parameters._codecs import Codecs, Convert
from measurand.parameters._source import NotSent, Read, Source, Write
from measurand.validators import Refusal

T = TypeVar("T")
Where = Callable[[], str]
_REFUSALS = (NotSettable, NoTrustedValue, RefusedType, RefusedValue)
Refuses = Callable[[Any], Refusal | None]
Refuse = Callable[[Any, Refusal], Any]


class Access(Generic[T]):
    """What `compile_access` returns.

    Attributes:
        fetch: Reads the raw value, converts it, keeps and returns it.
        put: Validates, converts, writes and keeps a value; if writing fails the cache is in doubt.
        to_raw: What would be sent for a value.
        to_value: What a raw value means.
    """

    __slots__ = ("fetch", "put", "to_raw", "to_value")

    def __init__(
        self,
        fetch: Callable[[], T],
        put: Callable[[T], None],
        to_raw: Callable[[T], Any],
        to_value: Callable[[Any], T],
    ) -> None:
        self.fetch = fetch
        self.put = put
        self.to_raw = to_raw
        self.to_value = to_value


def compile_access(
    where: Where,
    source: Source,
    codecs: Codecs,
    cache: Cache[T],
    refuses: Refuses | None,
    refuse: Refuse,
    remembered: bool,
    check: Callable[[Any], None] | None = None,
    forwards: bool = False,
) -> Access[T]:
    """Put the parts of a parameter together.

    Args:
        where: Returns the name of the parameter, for messages.
        source: Reads and writes raw values.
        codecs: Convert between raw values and values.
        cache: Kept true.
        refuses: The validator's question; None accepts everything.
        refuse: Raises for a value and its refusal.
        remembered: Whether reading means recalling what was kept.
        check: Raises for a reading that must not be kept; None: none.
        forwards: Whether writing sets one other parameter, so that a refusal by that one means that nothing was sent.
    """
    decode, encode = codecs.decoder(), codecs.encoder()
    to_value = _same if decode is None else _explained(where, decode)
    to_raw = _same if encode is None else _noted(where, encode)
    if remembered:
        fetch = _recalling(cache, None if decode is None else to_value)
    else:
        fetch = _fetching(where, source.read, decode, cache, check)
    put = _putting(
        where,
        source.write,
        None if encode is None else to_raw,
        cache,
        refuses,
        refuse,
        _REFUSALS if forwards else (NotSent,),
    )
    if source.lock is not None:
        fetch, put = _locked(source.lock, fetch), _locked(source.lock, put)
    return Access(fetch, put, to_raw, to_value)


def _fetching(
    where: Where, read: Read | None, decode: Convert | None, cache: Cache[Any], check: Callable[[Any], None] | None
) -> Callable[[], Any]:
    if read is None:
        return _not_gettable(where)
    now = cache.now

    def fetch_plain() -> Any:
        try:
            raw = read()
        except Exception as error:  # whatever it was: say where
            error.add_note(f"while reading {where()}")
            raise
        cache.state = (raw, raw, now(), True)
        if cache.changed is not None:
            cache.tell()
        return raw

    if decode is None and check is None:
        return fetch_plain
    convert: Convert = decode or _same

    def fetch() -> Any:
        try:
            raw = read()
        except Exception as error:  # whatever it was: say where
            error.add_note(f"while reading {where()}")
            raise
        try:
            value = convert(raw)
        except Exception as error:  # parsers are user code
            raise _undecodable(where, raw, error) from error
        if check is not None:
            check(value)
        cache.state = (value, raw, now(), True)
        if cache.changed is not None:
            cache.tell()
        return value

    return fetch


def _recalling(cache: Cache[Any], to_value: Convert | None) -> Callable[[], Any]:
    """Return the function that gives the kept value as the instrument would have given it back; None if there is none."""
    if to_value is None:
        return cache.raw

    def recall() -> Any:
        state = cache.state
        _, raw, time, trusted = state
        if time is None:
            return None
        value = to_value(raw)
        if (
            cache.state is state
        ):  # what was said last, and what it was understood as, shall agree; unless it was set anew
            cache.state = (value, raw, time, trusted)
        return value

    return recall


def _putting(
    where: Where,
    write: Write | None,
    to_raw: Convert | None,
    cache: Cache[Any],
    refuses: Refuses | None,
    refuse: Refuse,
    clean: tuple[type[Exception], ...],
) -> Callable[[Any], None]:
    if write is None:
        return _not_settable(where)
    now = cache.now

    def put(value: Any) -> None:
        if refuses is not None and (refusal := refuses(value)) is not None:
            refuse(value, refusal)
        raw = value if to_raw is None else to_raw(value)
        try:
            write(raw)
            cache.state = (value, raw, now(), True)
        except clean as error:
            if isinstance(error, NotSent) and error.by is not write:  # of another parameter, set on the way
                cache.doubt()
            raise
        except BaseException as error:  # also Ctrl-C: the cache must not claim to know
            cache.doubt()  # the instrument may have the old value or the new one
            error.add_note(f"while setting {where()} to {value!r}")
            raise
        if cache.changed is not None:
            cache.tell()

    return put


def _not_gettable(where: Where) -> Callable[[], Any]:
    def fetch() -> Any:
        raise NotGettable(f"{where()}: cannot be read, it has no get command.")

    return fetch


def _not_settable(where: Where) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        raise NotSettable(f"{where()}: cannot be set to {value!r}, it has no set command.")

    return put


def _same(value: Any) -> Any:
    return value


def _explained(where: Where, decode: Convert) -> Convert:
    def to_value(raw: Any) -> Any:
        try:
            return decode(raw)
        except Exception as error:  # parsers are user code
            raise _undecodable(where, raw, error) from error

    return to_value


def _undecodable(where: Where, raw: Any, error: Exception) -> UndecodableAnswer:
    return UndecodableAnswer(
        f"{where()}: the answer {raw!r} cannot be converted ({type(error).__name__}: {error}). "
        f"Check get_parser and val_mapping against the instrument's manual."
    )


def _noted(where: Where, encode: Convert) -> Convert:
    def to_raw(value: Any) -> Any:
        try:
            return encode(value)
        except Exception as error:  # whatever it was: say where
            error.add_note(f"while converting {value!r} for {where()}; nothing was sent")
            raise

    return to_raw


def _locked(lock: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    def locked(*value: Any) -> Any:
        with lock:
            return function(*value)

    return locked

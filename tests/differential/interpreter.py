"""Carry out one case, given as data, with one library, and note everything that can be seen from outside.

The same file runs beside both libraries; what differs between them is in their adapters, `ours` and `theirs`.

A case is plain JSON::

    {"id": "…", "parameters": [{"kind": "Parameter", "name": "p", "keywords": {…}, "methods": {…}}, …],
     "device": {"VOLT?": "1.0"}, "refused": [], "needs": [], "actions": [["get"], ["@q", "set", 3], …]}

The last parameter is the one that actions mean, unless they begin with ``@name``. An observation is a list with one step
per parameter made and one per action: ``result`` or ``error`` (the builtin families of the exception, so that it tells
what a careful ``except`` catches), ``snapshot``, ``inside`` (the steps inside a context), ``sent`` (what reached the device) and ``cache`` (per parameter: value, raw value,
valid, whether it has a time stamp) where it changed.
"""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from tests.differential.device import Device
from tests.differential.values import decode, encode

SILENT = ("Exception", "BaseException", "object")


class Library(Protocol):
    """What the interpreter needs to know about a library."""

    def find(self, name: str) -> Any:
        """Return the public class or function ``name`` of its parameters and validators; None if it has none."""
        ...

    def instrument(self, device: Device) -> Any:
        """Return an instrument ``ins`` that speaks to ``device``."""
        ...

    def options(self, kind: str) -> dict[str, Any]:
        """Return keywords that parameters of this kind get in addition."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def close(self) -> None:
        """Close the instrument."""
        ...


def missing(case: dict[str, Any], library: Library) -> list[str]:
    """Return what the case needs and the library does not have."""
    absent = []
    for name in [*(p["kind"] for p in case["parameters"]), *case.get("needs", [])]:
        first, *path = name.split(".")
        found = library.find(first)
        for part in path:
            found = getattr(found, part, None)
        if found is None:
            absent.append(name)
    return absent


def observe(case: dict[str, Any], library: Library) -> list[dict[str, Any]]:
    """Return what ``library`` did."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _Observer(case, library).steps
        finally:
            library.close()


class _Observer:
    def __init__(self, case: dict[str, Any], library: Library) -> None:
        self.library = library
        self.device = Device(decode({"dict": list(case.get("device", {}).items())}), decode(case.get("refused", [])))
        self.instrument = library.instrument(self.device)
        self.parameters: dict[str, Any] = {}
        self.running = {d["name"] for d in case["parameters"] if d["kind"] == "ElapsedTimeParameter"}  # never the same
        self.caches: dict[str, Any] = {}
        self.steps: list[dict[str, Any]] = []
        for definition in case["parameters"]:
            if not self._step(partial(self._make, definition), self.steps):
                return
        self.last = case["parameters"][-1]["name"]
        for action in case["actions"]:
            self._step(partial(self._act, action), self.steps)

    def _step(self, work: Callable[[], Any], steps: list[dict[str, Any]]) -> bool:
        step: dict[str, Any] = {}
        steps.append(step)
        try:
            if isinstance(result := work(), _Seen):
                step.update(result)
            elif result is not None:
                step["result"] = encode(result)
        except Exception as error:
            step["error"] = families(error)
        if sent := self.device.taken():
            step["sent"] = encode(sent)
        caches = {n: _cache(p) for n, p in self.parameters.items() if hasattr(p, "cache") and n not in self.running}
        if changed := {name: cache for name, cache in caches.items() if cache != self.caches.get(name)}:
            step["cache"] = changed
        self.caches = caches
        self.device.log.clear()  # looking at a cache sends nothing; if it did, it is no part of the next step
        return "error" not in step

    def _make(self, definition: dict[str, Any]) -> None:
        kind = self.library.find(definition["kind"])
        methods = {name: self._method(register) for name, register in definition.get("methods", {}).items()}
        if methods:
            kind = type("Custom", (kind,), methods)
        keywords = {word: self._resolve(value) for word, value in definition.get("keywords", {}).items()}
        positional = [self._resolve(value) for value in definition.get("args", [])]
        if not definition.get("nameless"):
            positional.insert(0, definition["name"])
        made = kind(*positional, **keywords, **self.library.options(definition["kind"]))
        self.parameters[definition["name"]] = made

    def _method(self, register: str) -> Callable[..., Any]:
        device = self.device

        def method(_self: Any, *value: Any) -> Any:
            return device.send(value[0], register) if value else device.read(register)

        return method

    def _resolve(self, data: Any) -> Any:
        """Return what a keyword's data stand for: a value, or a function, validator, parameter by name."""
        if isinstance(data, list):
            return [self._resolve(v) for v in data]
        if not isinstance(data, dict):
            return data
        ((kind, content),) = data.items()
        match kind:
            case "function":
                return FUNCTIONS[content]
            case "device":
                return partial(getattr(self.device, content[0]), **({"register": content[1]} if content[1:] else {}))
            case "validator":
                name, args, *keywords = content
                words = {word: self._resolve(v) for word, v in (keywords[0] if keywords else {}).items()}
                return self.library.find(name)(*(self._resolve(a) for a in args), **words)
            case "parameter":
                return self.parameters[content]
            case "parameters":
                return tuple(self.parameters[name] for name in content)
            case "words":
                return {word: self._resolve(v) for word, v in content.items()}
            case "instrument":
                return self.instrument
            case "on_off":
                return self.library.find("create_on_off_val_mapping")(**{w: decode(v) for w, v in content.items()})
            case _:
                return decode(data)

    def _act(self, action: list[Any]) -> Any:
        target = self.last
        if action[0].startswith("@"):
            target, *action = action[0][1:], *action[1:]
        verb, *args = action
        parameter = self.parameters[target]
        if verb in {"set_to", "restore_at_exit"}:
            return self._context(parameter, verb, args)
        if verb == "sleep":
            return self.library.sleep(*args)
        if verb == "device":
            self.device.answers[args[0]] = decode(args[1])
            return None
        return VERBS[verb](parameter, *(self._resolve(a) for a in args))

    def _context(self, parameter: Any, verb: str, args: list[Any]) -> Any:
        *arguments, inside = args
        steps: list[dict[str, Any]] = []
        arguments, words = [decode(a) for a in arguments], {}
        if arguments and isinstance(arguments[-1], dict):
            words = arguments.pop()
        with getattr(parameter, verb)(*arguments, **words):
            for action in inside:
                self._step(partial(self._act, action), steps)
                if action == ["fail"]:
                    raise ZeroDivisionError
        return _Seen(inside=steps)


class _Seen(dict[str, Any]):
    """Parts of a step that are data already."""


def families(error: BaseException) -> list[str]:
    """Return the builtin classes that catch ``error``, the plainest ones left out."""
    return [k.__name__ for k in type(error).__mro__ if vars(builtins).get(k.__name__) is k and k.__name__ not in SILENT]


def _cache(parameter: Any) -> Any:
    """Return what the cache shows without touching the device: value, raw value, valid, time stamp there."""
    cache = parameter.cache
    shown = []
    for look in (
        lambda: cache.get(get_if_invalid=False), lambda: cache.raw_value, lambda: cache.valid,
        lambda: cache.timestamp is not None,
    ):  # fmt: skip
        try:
            shown.append(encode(look()))
        except Exception as error:
            shown.append({"error": families(error)})
    return shown


def _snapshot(parameter: Any, update: Any = False) -> _Seen:
    """Return the snapshot without what differs from run to run (times) and from library to library (class names)."""
    return _Seen(
        snapshot={key: encode(value) for key, value in sorted(_timeless(parameter.snapshot(update=update)).items())}
    )


def _timeless(snapshot: dict[str, Any]) -> dict[str, Any]:
    hidden = ("ts", "__class__", "instrument", "validators", "vals")
    return {
        key: _timeless(value)
        if key == "source_parameter" and isinstance(value, dict)
        else "…"
        if key in hidden and value is not None
        else value
        for key, value in snapshot.items()
    }


def _fail(_parameter: Any) -> None:
    """Nothing: the context that sees this action raises after it."""


VERBS: dict[str, Callable[..., Any]] = {
    "get": lambda p: p.get(),
    "set": lambda p, value: p.set(value),
    "call": lambda p, *value: p(*value),
    "validate": lambda p, value: p.validate(value),
    "cache.get": lambda p, *flag: p.cache.get(*flag),
    "cache.call": lambda p: p.cache(),
    "cache.set": lambda p, value: p.cache.set(value),
    "cache.invalidate": lambda p: p.cache.invalidate(),
    "get_latest": lambda p: p.get_latest(),
    "snapshot": _snapshot,
    "read": getattr,
    "assign": setattr,
    "fail": _fail,
    "kind": lambda p: type(p.get()).__name__,
    "reset_clock": lambda p: p.reset_clock(),
    "consistent": lambda p: p.validate_consistent_shape(),
    "update": lambda p: p.update(),
}


def _refuse(value: Any) -> Any:
    raise ZeroDivisionError(f"cannot convert {value!r}")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "float": float,
    "int": int,
    "str": str,
    "bool": bool,
    "number": lambda text: float(text.removesuffix(" V")),
    "volts": lambda value: f"{value} V",
    "three digits": lambda value: f"{value:.3f}",
    "double": lambda value: value * 2,
    "half": lambda value: value / 2,
    "split": lambda text: [float(part) for part in text.split(",")],
    "split a and b": lambda text: dict(zip("ab", (float(part) for part in text.split(",")), strict=True)),
    "strip": lambda text: text.strip(),
    "raises": _refuse,
    "three": lambda: 3,
    "none": lambda *_: None,
}

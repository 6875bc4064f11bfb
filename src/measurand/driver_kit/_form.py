"""What can be seen of a driver: names, files, documentation, units. Nothing is set, and what is read is its identity."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from measurand.driver_kit._bench import Bench, parameters_of
from measurand.driver_kit._find import OURS
from measurand.driver_kit._units import is_allowed
from measurand.instrument import Instrument, InstrumentBase, InstrumentModule

_FILE = re.compile(r"(?P<vendor>[A-Z][A-Za-z0-9]*)_(?P<model>[A-Za-z0-9_]+)")


def names_follow_the_guide(bench: Bench) -> Iterator[str]:
    """File ``<Vendor>_<Model>.py`` in a folder ``<Vendor>``, class ``<Vendor><Model>``, parts named after it."""
    driver = bench.driver
    package, _, stem = driver.__module__.rpartition(".")
    found = _FILE.fullmatch(stem)
    if found is None:
        yield f"the module is called {stem}, the guide asks for <Vendor>_<Model>"
        return
    vendor, model = found["vendor"], found["model"].replace("_", "")
    if driver.__name__ != f"{vendor}{model}":
        yield f"the class is called {driver.__name__}, the guide asks for {vendor}{model}"
    if package.startswith(OURS) and package != f"{OURS}.{vendor}":
        yield f"the module is in {package}, the guide asks for {OURS}.{vendor}"
    own = [it for it in vars(inspect.getmodule(driver)).values() if inspect.isclass(it)]
    for kind in own:
        public_part = issubclass(kind, InstrumentModule) and not kind.__name__.startswith("_")
        if kind.__module__ == driver.__module__ and public_part and not kind.__name__.startswith(vendor):
            yield f"the part {kind.__name__} is not named after its instrument, e.g. {driver.__name__}Channel"


def everything_is_documented(bench: Bench) -> Iterator[str]:
    """Module, class, public methods and parameters say what they are."""
    module = inspect.getmodule(bench.driver)
    if not (module and module.__doc__):
        yield f"the module {bench.driver.__module__} has no docstring"
    with bench.connected() as (instrument, _):
        for kind in {type(instrument), *(type(node) for node in _parts_of(instrument))}:
            yield from _undocumented(kind)
        for path, parameter in parameters_of(instrument):
            if not parameter.docstring and path not in ("IDN", "timeout"):
                yield f"the parameter {path} has no docstring"


def units_are_si(bench: Bench) -> Iterator[str]:
    """Units are SI, or on the list of exceptions that everybody uses."""
    with bench.connected() as (instrument, _):
        for path, parameter in parameters_of(instrument):
            fields = getattr(parameter, "units", None)
            units = fields if isinstance(fields, tuple) else (parameter.unit,)
            for unit in units:
                if not is_allowed(unit or ""):
                    yield f"the unit {unit!r} of {path} is neither SI nor one of the exceptions"


def _parts_of(node: InstrumentBase) -> Iterator[InstrumentBase]:
    for module in node.submodules.values():
        for part in [module] if isinstance(module, InstrumentBase) else module:
            yield part
            yield from _parts_of(part)


def _undocumented(kind: type) -> Iterator[str]:
    if not (vars(kind).get("__doc__") or "").strip():
        yield f"the class {kind.__name__} has no docstring"
    for name, value in vars(kind).items():
        if not name.startswith("_") and inspect.isfunction(value) and not inspect.getdoc(getattr(kind, name)):
            yield f"the method {kind.__name__}.{name} has no docstring"


def constructor_is_usual(bench: Bench) -> Iterator[str]:
    """The constructor takes a name first and passes unknown keywords on."""
    arguments = list(inspect.signature(bench.driver.__init__).parameters.values())[1:]
    if not arguments or arguments[0].name != "name":
        yield "the first argument of the constructor is not name"
    if bench.driver.__init__ is not Instrument.__init__ and not any(
        one.kind is inspect.Parameter.VAR_KEYWORD for one in arguments
    ):
        yield "the constructor takes no **kwargs to pass on to super().__init__"

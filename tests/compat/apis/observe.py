"""What pure functions of QCoDeS return, as data: run once with the real one, once under the alias (argument ``alias``)."""

import copy
import json
import pickle
import sys

if sys.argv[1:] == ["alias"]:
    import measurand

    measurand.install_as_qcodes()

import matplotlib as mpl

mpl.use("agg")
import numpy as np
import qcodes as qc
from matplotlib import pyplot as plt
from qcodes.configuration import Config, DotDict
from qcodes.extensions import infer
from qcodes.instrument import Instrument, InstrumentChannel
from qcodes.math_utils import FieldVector
from qcodes.parameters import DelegateParameter, ManualParameter, Parameter
from qcodes.plotting import (
    apply_auto_color_scale,
    apply_color_scale_limits,
    auto_color_scale_from_config,
    auto_range_iqr,
    find_scale_and_prefix,
)

SEEN = {}


def see(name, look):
    try:
        SEEN[name] = plain(look())
    except Exception as error:
        SEEN[name] = "raised " + next(
            base
            for base in ("KeyError", "AttributeError", "ValueError", "Exception")
            if isinstance(error, getattr(__builtins__, base))
        )


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(entry) for entry in value]
    if isinstance(value, (str, bool, type(None))):
        return value
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    if isinstance(value, FieldVector):
        return plain([getattr(value, name) for name in FieldVector.attributes])
    return getattr(value, "full_name", repr(value))


def vectors():
    given = [
        {"x": 1, "y": 2, "z": 3}, {"r": 2, "theta": 30, "phi": 40}, {"rho": 2, "phi": 190, "z": -1},
        {"x": 0, "y": 0, "z": 0}, {"x": 1}, {"rho": 1, "phi": 2}, {}, {"x": 1, "y": 2, "z": 3, "r": 1},
        {"r": -2, "theta": 30, "phi": 40}, {"r": 2, "theta": 200, "phi": -40}, {"x": -1, "y": -1, "z": 0},
        {"r": 1, "theta": 30, "phi": 40, "z": 5}, {"x": "a", "y": 1, "z": 1}, {"x": 0, "y": 0, "z": -2},
    ]  # fmt: skip
    for one in given:
        see(f"vector {one}", lambda one=one: FieldVector(**one))
        for format_ in ("cartesian", "spherical", "cylindrical"):
            if len(one) < 3:  # the last digits of the others differ
                see(f"repr {format_} {one}", lambda one=one, f=format_: getattr(FieldVector(**one), f"repr_{f}")())
    a, b = FieldVector(x=1, y=2, z=3), FieldVector(x=3, y=-1, z=0.5)
    for name, look in {
        "add": lambda: a + b, "subtract": lambda: a - b, "negative": lambda: -a, "twice": lambda: 2 * a,
        "times": lambda: a * np.float64(2), "half": lambda: a / 2, "add a number": lambda: a + 1,
        "times a vector": lambda: a * b, "norm": a.norm, "norm 1": lambda: a.norm(1), "norm inf": lambda: a.norm(np.inf),
        "distance": lambda: a.distance(b), "distance 1": lambda: a.distance(b, ord=1), "homogeneous": a.as_homogeneous,
        "from homogeneous": lambda: FieldVector.from_homogeneous(np.array([2, 4, 6, 2.0])),
        "equal": lambda: [a == b, a.is_equal(FieldVector(x=1, y=2, z=3 + 1e-9)), a.is_equal(b)],
        "components": lambda: a.get_components("rho", "x"), "item": lambda: a["phi"], "no item": lambda: a["q"],
        "assigned": lambda: setattr(a, "x", 3), "repr": lambda: repr(a), "pickled": lambda: pickle.loads(pickle.dumps(a)),
        "copied": lambda: copy.deepcopy(a), "json": a.__getnewargs__, "names": lambda: FieldVector.attributes,
    }.items():  # fmt: skip
        see(f"vector {name}", look)
    changes = [{"r": 10}, {"phi": 10}, {"theta": 10}, {"rho": 3}, {"z": 5}, {"x": 1, "y": 2}, {"x": 9, "y": 3, "z": 1},
               {"r": 1, "theta": 30, "phi": 10}, {"rho": 1, "phi": 20, "z": 3}, {"x": 9, "y": 0, "r": 3}]  # fmt: skip
    for change in changes:
        for method in ("set_component", "set_vector"):
            see(f"vector {method} {change}", lambda m=method, c=change: changed(m, c))


def changed(method, change):
    vector = FieldVector(x=1, y=2, z=3)
    getattr(vector, method)(**change)
    return vector


UNITS = [
    "",
    "V",
    "A",
    "W",
    "m",
    "s",
    "Hz",
    "Ohm",
    "K",
    "T",
    "F",
    "H",
    "S",
    "J",
    "eV",
    "Pa",
    "rad",
    "Wb",
    "C",
    "g",
    "N",
    "%",
]
OTHER_UNITS = ["dB", "dBm", "deg", "counts", "V/A", "m/s", "bar", "e"]
SIZES = [0, 1e-30, 1e-26, 1e-24, 3e-13, 9.99e-7, 1e-3, 0.9, 1, 999, 1000, 1e6, 1e14, 1e24, 1e27, -2e-4, np.nan]


def scales():
    for unit in UNITS + OTHER_UNITS:
        for size in SIZES:
            see(f"prefix {unit} {size}", lambda u=unit, x=size: find_scale_and_prefix(np.array([x, 0.0]), u))
    see("prefix of a complex", lambda: find_scale_and_prefix(np.array([3e-3j]), "V"))
    normal = np.random.default_rng(1).normal(size=500)
    arrays = {"line": np.arange(10.0), "ones": np.ones(5), "with nan": np.array([1.0, np.nan, 2, 3, 400])}
    arrays |= {"square": np.arange(12).reshape(3, 4), "outlier": np.array([1.0, 2, 3, 1000])}
    arrays |= {"spike": np.array([0.0] * 8 + [5]), "normal": np.append(normal, [100.0, -50.0])}
    arrays |= {"nothing": np.array([np.nan]), "empty": np.array([])}
    for name, data in arrays.items():
        for cutoff in ((50, 50), 50, (0.5, 0.5), 0, (100, 100), 10, (10, 30)):
            see(f"range {name} {cutoff}", lambda d=data, c=cutoff: auto_range_iqr(d, c))


def colours():
    for limits in ((1, 18), (None, 18), (1, None), (None, None), (-1, 30), (-1, 10), (18, 1)):
        see(f"limits {limits}", lambda it=limits: bar(lambda c: apply_color_scale_limits(c, it)))
    some = np.array([0, 4.0])
    see("limits data_lim", lambda: bar(lambda c: apply_color_scale_limits(c, (1, 18), data_lim=(2, 3))))
    see("limits data", lambda: bar(lambda c: apply_color_scale_limits(c, (1, 18), data_array=some)))
    see("limits both", lambda: bar(lambda c: apply_color_scale_limits(c, (1, 18), data_lim=(2, 3), data_array=some)))
    see("limits of an image", lambda: bar(lambda c: apply_color_scale_limits(c, (1, 2)), "imshow"))
    see("auto", lambda: bar(apply_auto_color_scale))
    see("auto cut", lambda: bar(lambda c: apply_auto_color_scale(c, cutoff_percentile=(5, 10), color_over="red")))
    see("config off", lambda: bar(auto_color_scale_from_config))
    see(
        "config on",
        lambda: bar(lambda c: auto_color_scale_from_config(c, auto_color_scale=True, cutoff_percentile=None)),
    )
    see("config none", lambda: auto_color_scale_from_config(None))
    qc.config.plotting.auto_color_scale.enabled = True
    see("config", lambda: bar(auto_color_scale_from_config))
    qc.config.plotting.auto_color_scale.enabled = False


def bar(change, kind="pcolormesh"):
    data = np.arange(20.0).reshape(4, 5)
    data[0, 0], data[1, 1] = -1000, 5000
    figure, axes = plt.subplots()
    found = figure.colorbar(getattr(axes, kind)(data))
    change(found)
    colours = found.mappable.get_cmap()
    plt.close(figure)
    return [found.mappable.get_clim(), found.extend, colours.get_over(), colours.get_under(), found.vmin, found.vmax]


def settings():
    def entry():
        return DotDict({"a": {"b": 1, "c": {"d": [1, {"e": 2}]}}, "k.x": 5})

    def written(**entries):
        it = entry()
        for key, value in entries.items():
            it[key.replace("__", ".")] = value
        return [it, type(it).__name__]

    for name, look in {
        "whole": entry, "attribute": lambda: entry().a.b, "dots": lambda: entry()["a.b"], "in": lambda: "a.b" in entry(),
        "not in": lambda: "a.z" in entry(), "missing": lambda: entry()["zz"], "kind": lambda: type(entry().a).__name__,
        "in a list": lambda: type(entry().a.c.d[1]).__name__, "written": lambda: written(x__y__z=3, m={"n": 1}),
        "inner kind": lambda: type(written(m={"n": 1})[0]["m"]).__name__, "copied": lambda: copy.deepcopy(entry()) == entry(),
        "json": lambda: json.dumps(entry()), "nothing": DotDict, "get": lambda: entry().get("a.b"),
    }.items():  # fmt: skip
        see(f"DotDict {name}", look)
    config = Config()
    see("defaults", lambda: config.defaults)
    see("sections", lambda: sorted(config.current_schema["properties"]))
    see(
        "types",
        lambda: {
            name: {key: it.get("type") for key, it in section.get("properties", {}).items() if it.get("type")}
            for name, section in config.current_schema["properties"].items()
            if name not in ("gui", "subscription")
        },
    )
    see("enums", lambda: config.current_schema["properties"]["logger"]["properties"]["file_level"]["enum"])
    see("by dots", lambda: [config["core.db_location"], config["core"]["db_location"], config.core.db_location])
    see("no section", lambda: config["nothing"])
    config.add("trace_color", "blue", "string", "desc", "red")
    see("added", lambda: [config.user, config.current_schema["properties"]["user"]["properties"]["trace_color"]])
    see("described", lambda: config.describe("user.trace_color"))
    see("described wrongly", lambda: config.describe("user.zz"))
    see("paths", lambda: [config.config_file_name, config.schema_file_name, config.env_file_name])


class Linked(Parameter):
    def __init__(self, name, linked=None):
        super().__init__(name, set_cmd=None)
        self.linked = linked


def chains():
    dac = Instrument("dac")
    dac.add_parameter("p", set_cmd=None)
    channel = InstrumentChannel(dac, "ch")
    dac.add_submodule("ch", channel)
    channel.add_parameter("q", set_cmd=None)
    one = DelegateParameter("one", source=dac.p)
    nothing = DelegateParameter("nothing", source=None)
    parameters = [dac.p, channel.q, ManualParameter("man"), one, DelegateParameter("two", source=one),
                  DelegateParameter("of_q", source=channel.q), nothing, DelegateParameter("to_nothing", source=nothing),
                  Linked("linked_1", dac.p), Linked("linked_2", one), Linked("to_none")]  # fmt: skip
    functions = ("get_root_parameter", "infer_instrument", "infer_channel", "infer_instrument_module",
                 "get_parameter_chain", "get_instrument_from_param")  # fmt: skip
    for parameter in parameters:
        for name in functions:
            see(f"{name} {parameter.name}", lambda n=name, p=parameter: getattr(infer, n)(p))
        for attributes in ("linked", ("linked",)):
            see(
                f"chain {parameter.name} {attributes}",
                lambda p=parameter, a=attributes: infer.get_parameter_chain(p, a),
            )
            see(f"root {parameter.name} {attributes}", lambda p=parameter, a=attributes: infer.get_root_parameter(p, a))
    infer.InferAttrs.add("linked")
    for parameter in parameters:
        see(f"known chain {parameter.name}", lambda p=parameter: infer.get_parameter_chain(p))
        for kind in (DelegateParameter, Linked):
            label = f"{kind.__name__} {parameter.name}"
            see(f"links {label}", lambda k=kind, p=parameter: infer.get_chain_links_of_type(k, p))
            see(f"sole link {label}", lambda k=kind, p=parameter: infer.get_sole_chain_link_of_type(k, p))
        for kind in (Instrument, InstrumentChannel):
            label = f"{kind.__name__} {parameter.name}"
            see(f"parents {label}", lambda k=kind, p=parameter: infer.get_parent_instruments_from_chain_of_type(k, p))
            see(
                f"sole parent {label}",
                lambda k=kind, p=parameter: infer.get_sole_parent_instrument_from_chain_of_type(k, p),
            )
    first = Linked("first")
    first.linked = Linked("second", first)
    see("circle", lambda: infer.get_parameter_chain(first))
    see("root of a circle", lambda: infer.get_root_parameter(first))
    infer.InferAttrs.add(("a", "b"))
    infer.InferAttrs.discard("a")
    see("known", lambda: sorted(infer.InferAttrs.known_attrs()))
    infer.InferAttrs.clear()
    see("cleared", infer.InferAttrs.known_attrs)


for part in (vectors, scales, colours, settings, chains):
    part()
print(json.dumps(SEEN))

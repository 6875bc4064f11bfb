"""From a parameter to the instrument that it moves in the end."""

from qcodes.extensions.infer import InferAttrs, get_root_parameter, infer_instrument
from qcodes.instrument import Instrument
from qcodes.parameters import DelegateParameter, ManualParameter

source = Instrument("source")
level = source.add_parameter("level", get_cmd=None, set_cmd=None)
inner = DelegateParameter("inner", source=level)
outer = DelegateParameter("outer", source=inner)
assert get_root_parameter(outer) is level
assert infer_instrument(outer) is source
linked = ManualParameter("linked")
linked.wraps = outer
InferAttrs.add("wraps")
assert get_root_parameter(linked) is level
InferAttrs.discard("wraps")

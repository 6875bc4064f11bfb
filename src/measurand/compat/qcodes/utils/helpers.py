"""``qcodes.utils.helpers``, where older drivers look for helpers."""

from measurand.compat.parameters import deep_update, is_sequence, is_sequence_of, permissive_range
from measurand.compat.qcodes.utils.attribute_helpers import (
    DelegateAttributes,
    attribute_set_to,
    checked_getattr,
    strip_attrs,
)
from measurand.compat.qcodes.utils.full_class import full_class
from measurand.compat.qcodes.utils.function_helpers import is_function
from measurand.compat.qcodes.utils.json_utils import NumpyJSONEncoder
from measurand.compat.qcodes.utils.partial_utils import partial_with_docstring
from measurand.compat.qcodes.utils.path_helpers import get_qcodes_path, get_qcodes_user_path
from measurand.instrument import DelayedKeyboardInterrupt
from measurand.parameters import create_on_off_val_mapping

__all__ = [
    "DelayedKeyboardInterrupt",
    "DelegateAttributes",
    "NumpyJSONEncoder",
    "attribute_set_to",
    "checked_getattr",
    "create_on_off_val_mapping",
    "deep_update",
    "full_class",
    "get_qcodes_path",
    "get_qcodes_user_path",
    "is_function",
    "is_sequence",
    "is_sequence_of",
    "partial_with_docstring",
    "permissive_range",
    "strip_attrs",
]

"""``qcodes.utils``; ``full_class`` in it is the function, although there is a module ``qcodes.utils.full_class`` too."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        ".abstractmethod": "qcodes_abstractmethod",
        ".attribute_helpers": "DelegateAttributes attribute_set_to checked_getattr checked_getattr_indexed "
        "getattr_indexed strip_attrs",
        ".deprecate": "QCoDeSDeprecationWarning",
        ".full_class": "full_class",
        ".function_helpers": "is_function",
        ".installation_info": "convert_legacy_version_to_supported_version get_all_installed_package_versions "
        "is_qcodes_installed_editably",
        ".json_utils": "NumpyJSONEncoder",
        ".numpy_utils": "list_of_data_to_maybe_ragged_nd_array",
        ".partial_utils": "partial_with_docstring",
        ".path_helpers": "get_qcodes_path get_qcodes_user_path",
        ".snapshot_helpers": "ParameterDiff diff_param_values extract_param_values",
        ".threading_utils": "RespondingThread thread_map",
        "measurand.compat.parameters": "deep_update",
        "measurand.instrument": "DelayedKeyboardInterrupt",
    },
)
_names.never_hidden(__name__, full_class=".full_class")

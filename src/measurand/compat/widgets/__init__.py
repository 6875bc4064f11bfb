"""Widgets for notebooks: a table of runs, a browser of nested data. ipywidgets is imported where a widget is made."""

from measurand.compat.widgets._browser import nested_dict_browser
from measurand.compat.widgets._experiments import experiments_widget

__all__ = ["experiments_widget", "nested_dict_browser"]

"""Buttons and texts, and the library they are made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def library() -> Any:
    """Return ipywidgets.

    Raises:
        ImportError: It is not installed.
    """
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError("Widgets need ipywidgets: pip install measurand[qcodes]") from error
    return ipywidgets


def button(text: str, on_click: Callable[[], object], *, width: str = "auto", icon: str = "", tooltip: str = "") -> Any:
    """Return a button.

    Args:
        text: What stands on it.
        on_click: Called when it is pressed.
        width: As CSS has it.
        icon: Name of a picture before the text.
        tooltip: Shown when the mouse is over it.
    """
    made = library().Button(
        description=text, icon=icon, tooltip=tooltip or text, layout={"width": width, "margin": "1px"}
    )
    made.on_click(lambda _: on_click())
    return made


def label(text: str, *, width: str = "auto") -> Any:
    """Return a text in one line.

    Args:
        text: It.
        width: As CSS has it.
    """
    return library().Label(value=text, layout={"width": width})

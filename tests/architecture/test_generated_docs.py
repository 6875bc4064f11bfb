"""What the generated reference shows of a driver."""

from __future__ import annotations

from pathlib import Path

import griffe


def test_the_text_after_a_parameter_is_its_documentation(top: Path) -> None:
    """A44: read by the tool that makes the reference pages, without a connection."""
    folder = top / "src" / "measurand" / "instrument_drivers" / "Measurand"
    module = griffe.load("Measurand_DM7", search_paths=[str(folder)])  # this file alone, not all of measurand
    for name in ("voltage", "nplc", "range"):
        text = module[f"MeasurandDM7.{name}"].docstring
        assert text is not None
        assert text.value
    assert "power line cycles" in module["MeasurandDM7.nplc"].docstring.value

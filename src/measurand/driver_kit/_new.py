"""A new driver with everything that belongs to it, written from templates. Overwrites nothing."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from string import Template

from measurand.errors import ConfigurationError

_FILES = {
    "driver.py.txt": "{module}.py",
    "simulator.py.txt": "{module}_sim.py",
    "test.py.txt": "test_{module}.py",
    "example.md.txt": "{module}.md",
    "README.md.txt": "README.md",
}


def new_driver(vendor: str, model: str, folder: str | Path = ".") -> list[Path]:
    """Write a driver, its simulator, its tests and an example page; all of them work as they are.

    Args:
        vendor: E.g. ``"Keithley"``; begins with a capital letter, letters and digits only.
        model: E.g. ``"2450"`` or ``"34465A"``; letters, digits and underscores.
        folder: Where to; a folder ``<vendor>`` is made in it.

    Returns:
        The files, in the order in which they are best read.

    Raises:
        ConfigurationError: A name cannot be used, or one of the files exists already; nothing was written.

    Example:
        >>> [path.name for path in new_driver("Acme", "V10")][:2]
        ['Acme_V10.py', 'Acme_V10_sim.py']
    """
    if not (vendor.isascii() and vendor.isalnum() and vendor[:1].isupper()):
        raise ConfigurationError(
            f"vendor {vendor!r} refused: it becomes part of names of files and classes. Allowed are letters and digits, "
            f"the first a capital letter, e.g. Keithley."
        )
    if not (model.isascii() and model.replace("_", "").isalnum()):
        raise ConfigurationError(
            f"model {model!r} refused: it becomes part of names of files and classes. Allowed are letters, digits and "
            f"underscores, e.g. 2450 or 34465A."
        )
    module = f"{vendor}_{model}"
    names = {"vendor": vendor, "model": model, "module": module, "name": f"{vendor}{model.replace('_', '')}"}
    place = Path(folder) / vendor
    texts = {place / target.format(**names): _filled(template, names) for template, target in _FILES.items()}
    present = [path for path in texts if path.exists() and path.name != "README.md"]
    if present:
        raise ConfigurationError(
            f"{present[0]} exists already; nothing was written. Remove it, or choose another folder."
        )
    place.mkdir(parents=True, exist_ok=True)
    written = [path for path in texts if not path.exists()]
    for path in written:
        path.write_text(texts[path], encoding="utf-8")
    return written


def _filled(template: str, names: dict[str, str]) -> str:
    text = resources.files("measurand.driver_kit").joinpath("templates", template).read_text(encoding="utf-8")
    return Template(text).substitute(names)

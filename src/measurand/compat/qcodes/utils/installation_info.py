"""``qcodes.utils.installation_info``."""

from __future__ import annotations

import importlib.metadata
import json

__all__ = [
    "convert_legacy_version_to_supported_version",
    "get_all_installed_package_versions",
    "is_qcodes_installed_editably",
]


def convert_legacy_version_to_supported_version(ver: str) -> str:
    """Return a version that can be compared: ``"A.02.17-02.40"`` becomes ``"65.02.17"``, a letter by its code."""
    numbers = ver.partition("-")[0].split(".")
    return ".".join(str(ord(part)) if len(part) == 1 and part.isalpha() else part for part in numbers)


def get_all_installed_package_versions() -> dict[str, str]:
    """Return the version of every package that is installed."""
    return {found.metadata["Name"]: found.version for found in importlib.metadata.distributions()}


def is_qcodes_installed_editably() -> bool | None:
    """Return whether Measurand, which is QCoDeS here, is run from a checkout; None if it is not installed."""
    try:
        origin = importlib.metadata.distribution("measurand").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        return None
    return bool(json.loads(origin or "{}").get("dir_info", {}).get("editable", False))

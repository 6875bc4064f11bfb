"""The version of this Measurand, written once."""

from __future__ import annotations

VERSION = "0.1.0"

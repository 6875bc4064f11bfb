"""Run scripts one after the other in this process, each in a folder of its own, and write what became of them as JSON.

``run_scripts.py ANSWER FOLDER SCRIPT …``: with the ``qcodes`` of this environment, the real one;
``run_scripts.py --alias ANSWER FOLDER SCRIPT …``: with that of Measurand.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> None:
    """Run them."""
    os.environ["MPLBACKEND"] = "Agg"
    if arguments[0] == "--alias":
        from measurand.compat import install_as_qcodes

        install_as_qcodes()
        arguments = arguments[1:]
    answer, folder, scripts = Path(arguments[0]), Path(arguments[1]), arguments[2:]
    outcomes = {}
    for script in scripts:
        settings = as_they_are()
        place = folder / Path(script).stem
        place.mkdir(parents=True)
        os.chdir(place)
        try:
            runpy.run_path(script, run_name="__main__")
            outcomes[Path(script).stem] = ""
        except BaseException:  # whatever it was, the next one is run
            outcomes[Path(script).stem] = own_lines(script)
        tidy(settings)
    answer.write_text(json.dumps(outcomes), encoding="utf-8")


def own_lines(script: str) -> str:
    """Return the exception and where the script was; of other files nothing but the exception is wanted."""
    kind, error, trace = sys.exc_info()
    lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == script]
    return f"line {lines[-1] if lines else '?'}: {getattr(kind, '__name__', kind)}: {error}"


def as_they_are() -> dict[str, Any]:
    """Return the settings of datasets."""
    import qcodes  # type: ignore[import-not-found]  # of either kind

    return dict(qcodes.config["dataset"])


def tidy(settings: dict[str, Any]) -> None:
    """Leave nothing of one script to the next."""
    import qcodes  # of either kind

    qcodes.Instrument.close_all()
    qcodes.config["dataset"].update(settings)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


if __name__ == "__main__":
    main(sys.argv[1:])

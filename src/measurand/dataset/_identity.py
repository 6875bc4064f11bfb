"""Who a data root is: the id in its ``root.json``, made once and kept by copies. Knows no runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

from measurand._core.ids import new_id
from measurand.errors import ConfigurationError, DamagedData, FormatTooNew

_FORMAT = "measurand-root"
_VERSION = 1


def identify(root: Path, own: Path) -> str:
    """Return the id of the data root ``root``, whose own folder is ``own``; both are made if missing.

    Raises:
        ConfigurationError: A file is in the way, or nothing can be made there.
        FormatTooNew: A later version of Measurand made it.
        DamagedData: It says of itself what no version of Measurand writes.
    """
    file = own / "root.json"
    try:
        own.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            said = {"format": _FORMAT, "version": _VERSION, "id": new_id()}
            draft = own / f"root-{said['id']}.json"
            draft.write_text(json.dumps(said))
            _link(draft, file)
        about = json.loads(file.read_text())
    except (NotADirectoryError, FileExistsError) as error:
        raise ConfigurationError(f"{root} cannot be a data root: a file is in the way ({error}).") from None
    except OSError as error:
        raise ConfigurationError(f"{root} cannot be used as data root ({error}); choose another.") from error
    except ValueError as error:
        raise DamagedData(f"{file} is no JSON ({error}); restore it, or remove it to have a new one made.") from None
    if not isinstance(about, dict) or about.get("format") != _FORMAT or "id" not in about:
        raise DamagedData(f"{file} does not describe a data root; restore it, or remove it to have a new one made.")
    if about["version"] > _VERSION:
        raise FormatTooNew(
            f"{root} has format version {about['version']}, this Measurand knows up to {_VERSION}; update it."
        )
    return str(about["id"])


def _link(draft: Path, file: Path) -> None:
    """Give ``draft`` its final name unless another process was faster."""
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links; replacing is atomic too, the later process wins
        draft.replace(file)
        return
    draft.unlink()

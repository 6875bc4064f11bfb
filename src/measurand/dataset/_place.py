"""What kind of place a folder is: a local disk, a network share, or a folder that a cloud service copies. Asks the system.

It decides one thing: whether rows may go through memory maps. On a share another computer may not see them; a cloud
client notices a file by its writes, not by its maps.
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from pathlib import Path
from typing import Literal

Place = Literal["local", "network", "synced"]

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|ncpfs|9p|ceph|glusterfs|lustre|beegfs|gpfs|davfs|webdav|virtiofs|vboxsf|vmhgfs"
    r"|fuse\.(sshfs|rclone|s3fs|gcsfuse|glusterfs|ceph|vmhgfs-fuse|davfs.*|smb.*|gvfsd-fuse|onedriver)|drvfs"
)
_CLOUDS = re.compile(
    r"onedrive.*|dropbox.*|google ?drive|my drive|icloud ?drive|mobile documents|nextcloud|owncloud|box sync"
)
_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_MARKS = (".stfolder", ".dropbox", ".dropbox.cache", ".owncloudsync.log", ".sync_nextcloud.db")
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE_DRIVE = 4  # what GetDriveTypeW answers


def place_of(folder: Path) -> Place:
    """Return what kind of place ``folder`` is; ``"local"`` where the system does not tell."""
    path = folder.absolute()
    if _is_synced(path):
        return "synced"
    return "network" if _is_network(path) else "local"


@functools.lru_cache(maxsize=64)
def place_of_day(day: Path) -> Place:
    """Return what kind of place the folder of a day's runs is; the system is asked once for each."""
    return place_of(day)


def _is_synced(path: Path) -> bool:
    places = [Path(os.environ[name]) for name in _VARIABLES if os.environ.get(name)]
    if any(place in (path, *path.parents) for place in [*places, *_dropbox()]):
        return True
    if any(_CLOUDS.fullmatch(part.lower()) for part in path.parts):
        return True
    return any((parent / mark).exists() for parent in path.parents for mark in _MARKS)


def _dropbox() -> list[Path]:
    """Where the Dropbox client says that it keeps its folders."""
    try:
        said = json.loads((Path.home() / ".dropbox" / "info.json").read_text(encoding="utf-8"))
        return [Path(account["path"]) for account in said.values()]
    except (OSError, RuntimeError, ValueError, AttributeError, KeyError, TypeError):  # no home, no client, another form
        return []


if sys.platform == "win32":

    def _is_network(path: Path) -> bool:
        import ctypes

        if path.drive.startswith("\\\\"):
            return True
        return int(ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\")) == _REMOTE_DRIVE

else:

    def _is_network(path: Path) -> bool:
        try:
            text = _MOUNTS.read_text(encoding="utf-8", errors="replace")
        except OSError:  # no Linux
            return False
        return bool(_NETWORK.fullmatch(file_system_of(path, text)))


def file_system_of(path: Path, mountinfo: str) -> str:
    """Return the type of the file system that holds ``path``, e.g. ``"ext4"``, from the text of Linux's mountinfo."""
    found, depth = "", -1
    real = Path(os.path.realpath(path))
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        mount = Path(re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), fields[4]))
        if mount in (real, *real.parents) and len(mount.parts) >= depth:
            found, depth = after.split()[0], len(mount.parts)
    return found

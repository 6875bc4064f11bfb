"""Local disks, network shares and cloud folders are told apart, and decide how rows are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from measurand.dataset import Column, DataRoot, TableSpec
from measurand.dataset import _place as places

MOUNTS = """\
22 1 0:20 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:26 / /mnt/nas rw shared:1 - cifs //nas/data rw
31 22 0:27 / /mnt/nas/local rw - xfs /dev/sdb1 rw
32 22 0:28 / /mnt/two\\040words rw - nfs4 nas:/data rw
33 22 0:29 / /mnt/ssh rw master:1 - fuse.sshfs me@host: rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind", "network"),
    [
        ("/data", "ext4", False), ("/mnt/nas/2026", "cifs", True), ("/mnt/nas/local/x", "xfs", False),
        ("/mnt/two words/x", "nfs4", True), ("/mnt/ssh", "fuse.sshfs", True), ("/mnt/nasty", "ext4", False),
    ],
)  # fmt: skip
def test_the_nearest_mount_decides(path: str, kind: str, network: bool):
    assert places.file_system_of(Path(path), MOUNTS) == kind
    assert bool(places._NETWORK.fullmatch(kind)) is network


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any client, a system without shares."""
    for name in places._VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(places, "_is_network", lambda path: False)
    return tmp_path


@pytest.mark.parametrize("part", ["OneDrive - University", "Dropbox", "Google Drive", "iCloud Drive", "Nextcloud"])
def test_clouds_are_known_by_the_names_of_their_folders(homeless: Path, part: str):
    assert places.place_of(homeless / part / "data") == "synced"


def test_clouds_are_known_by_what_their_clients_say(homeless: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OneDriveCommercial", str(homeless / "Uni"))
    (homeless / "home" / ".dropbox").mkdir(parents=True)
    (homeless / "home" / ".dropbox" / "info.json").write_text(json.dumps({"work": {"path": str(homeless / "box")}}))
    (homeless / "sync" / ".stfolder").mkdir(parents=True)
    for name in ("Uni", "box", "sync"):
        assert places.place_of(homeless / name / "data") == "synced"
    assert places.place_of(homeless / "data") == "local"


@pytest.mark.parametrize("place", ["local", "network", "synced"])
def test_only_local_disks_are_written_through_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str):
    monkeypatch.setattr("measurand.dataset._write._medium.place_of_day", lambda folder: place)
    with DataRoot(tmp_path / "data", cache_dir=tmp_path).create_run("r", [TableSpec("data", (Column("x"),))]) as run:
        for n in range(3):
            run.add("data", {"x": n})
        (tail,) = run.path.glob("*.rec")
        assert (tail.stat().st_size > 8192) is (place == "local")
        assert run.dataset.numpy("x").tolist() == [0, 1, 2]

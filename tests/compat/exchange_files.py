"""What the real QCoDeS makes of our files, and files for us: ``<its python> exchange_files.py <ours.nc> <ours.db> <folder>``."""

from __future__ import annotations

import json
import logging
import sys

logging.disable(logging.CRITICAL)


def main(netcdf: str, database: str, folder: str) -> None:
    from qcodes.dataset import experiments, initialise_or_create_database_at, load_by_id, load_from_netcdf

    loaded = load_from_netcdf(netcdf)
    said = {
        "netcdf": [loaded.guid, loaded.name, {k: v["y"].tolist() for k, v in loaded.cache.data().items() if k == "y"}],
        "complex": [str(one) for one in loaded.cache.data()["w"]["w"].reshape(-1).tolist()],
    }
    initialise_or_create_database_at(database)
    dataset = load_by_id(1)
    said["database"] = [dataset.guid, dataset.get_parameter_data()["y"]["y"].tolist(), dataset.snapshot]
    said["experiments"] = [[one.name, one.sample_name, one.last_counter] for one in experiments()]
    dataset.export("netcdf", path=folder)
    said["theirs"] = dataset.export_info.export_paths["nc"]
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])

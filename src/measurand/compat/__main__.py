"""``python -m measurand.compat script.py …``: run a script that was written for QCoDeS."""

import sys
from pathlib import Path

from measurand.compat import run_script

if __name__ == "__main__":
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python -m measurand.compat script.py [argument …], where script.py is a file that exists")
    run_script(sys.argv[1], sys.argv[2:])

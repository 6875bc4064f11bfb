"""``python -m measurand``: the command line, where the script is not on the path."""

from measurand.cli import main

raise SystemExit(main())

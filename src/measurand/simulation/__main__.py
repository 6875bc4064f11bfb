"""``python -m measurand.simulation``: a simulated laboratory in this terminal, until Ctrl-C."""

from measurand.simulation._host import main

if __name__ == "__main__":
    main()

"""What `qcodes.instrument_drivers` has where no real QCoDeS is installed: instruments for trying things out."""

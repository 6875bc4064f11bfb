"""Ratios measured in one run: against QCoDeS in an environment of its own, and against the floor of a bare call or file.

``python -m benchmarks`` runs all, ``python -m benchmarks NAME …`` some. Nothing here passes or fails: machines are noisy,
so ratios of medians of interleaved processes are printed, with what was expected beside them.
"""

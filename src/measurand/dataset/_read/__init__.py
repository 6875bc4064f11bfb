"""The reading end of a run, finished or growing: rows as arrays, grids, frames. Knows one folder, and no writer."""

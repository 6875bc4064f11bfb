"""A run in the formats of other programs: one module per format, one list of them. Knows no folder of runs.

Formats of grids (netCDF, Zarr, gnuplot) hold what `Dataset.to_xarray` gives, formats of rows (CSV, Parquet) every row as it
was added; the zip file holds the run's folder itself.
"""

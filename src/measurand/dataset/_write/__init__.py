"""The writing end of a run: rows are accepted, kept from harm, sealed. Knows no data root and no index."""

"""Runs that come from elsewhere: folders of 2016, zipped runs. Knows the data root it adds to."""

"""The modules of ``qcodes.dataset.dond``, which in ``qcodes.dataset`` is the function of this name."""

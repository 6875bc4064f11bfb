"""Weinschel (formerly Aeroflex / Weinschel): step attenuators."""

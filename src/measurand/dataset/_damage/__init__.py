"""Damaged runs: what is wrong with them, and what can be saved. Reading needs none of this: it stops where proof ends."""

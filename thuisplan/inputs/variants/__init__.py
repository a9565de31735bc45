"""Variants of an input: named changes of one base, in grids, as prices, as a frontier and as draws."""

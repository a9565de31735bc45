"""Thuisplan: from a regional housing task for target groups to a verified programme."""

__version__ = "0.1.0"

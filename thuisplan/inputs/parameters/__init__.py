"""Parameters of the rule families: one record per family, a field per parameter."""

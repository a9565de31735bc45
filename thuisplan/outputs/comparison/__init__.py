"""Plans held against each other: the runs of variants, and two plans."""

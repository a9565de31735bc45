"""How a problem is solved: HiGHS, the stages, and what would have to give."""

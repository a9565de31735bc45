"""``python -m thuisplan.cli``: the command line without an installed script."""

from thuisplan.cli import main

main()

"""The commands as functions: what ``cli`` calls, without a terminal. One file per command."""

from thuisplan.commands.keys import Compared, keys
from thuisplan.commands.new import new
from thuisplan.commands.solve import Solved, SolveOptions, solve

__all__ = ["Compared", "SolveOptions", "Solved", "keys", "new", "solve"]

"""The commands as functions: what ``cli`` calls, without a terminal. One file per command."""

from thuisplan.commands.assess import Assessment, AssessOptions, assess
from thuisplan.commands.diagnose import Diagnosed, DiagnoseOptions, diagnose
from thuisplan.commands.explain import Explained, explain
from thuisplan.commands.explain_question import ExplainOptions, QuestionError
from thuisplan.commands.keys import Compared, keys
from thuisplan.commands.new import new
from thuisplan.commands.solve import Solved, SolveOptions, solve
from thuisplan.commands.validate import Validated, validate

__all__ = [
    "AssessOptions",
    "Assessment",
    "Compared",
    "DiagnoseOptions",
    "Diagnosed",
    "ExplainOptions",
    "Explained",
    "QuestionError",
    "SolveOptions",
    "Solved",
    "Validated",
    "assess",
    "diagnose",
    "explain",
    "keys",
    "new",
    "solve",
    "validate",
]

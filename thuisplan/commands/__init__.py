"""The commands as functions: what ``cli`` calls, without a terminal. One file per command."""

from thuisplan.commands.assess import Assessment, AssessOptions, assess
from thuisplan.commands.compare import BatchCompared, CompareOptions, compare
from thuisplan.commands.compare_plans import ComparedPlans, compare_plans
from thuisplan.commands.diagnose import Diagnosed, DiagnoseOptions, diagnose
from thuisplan.commands.explain import Explained, explain
from thuisplan.commands.explain_question import ExplainOptions, QuestionError
from thuisplan.commands.keys import Compared, keys
from thuisplan.commands.new import new
from thuisplan.commands.report import Reported, ReportOptions, report, write_report
from thuisplan.commands.run import PlanNotVerified
from thuisplan.commands.solve import Solved, SolveOptions, solve
from thuisplan.commands.validate import Validated, validate

__all__ = [
    "AssessOptions",
    "Assessment",
    "BatchCompared",
    "CompareOptions",
    "Compared",
    "ComparedPlans",
    "DiagnoseOptions",
    "Diagnosed",
    "ExplainOptions",
    "Explained",
    "PlanNotVerified",
    "QuestionError",
    "ReportOptions",
    "Reported",
    "SolveOptions",
    "Solved",
    "Validated",
    "assess",
    "compare",
    "compare_plans",
    "diagnose",
    "explain",
    "keys",
    "new",
    "report",
    "solve",
    "validate",
    "write_report",
]

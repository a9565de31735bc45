"""The independent verifier: every rule and figure of a written plan, once more, from its files.

It shares nothing with the model: each family states its formula a second time.
"""

from __future__ import annotations

from thuisplan.outputs.verification.problems import Problem, Verification
from thuisplan.outputs.verification.registry import FAMILIES
from thuisplan.outputs.verification.verify import verify

__all__ = ["FAMILIES", "Problem", "Verification", "verify"]

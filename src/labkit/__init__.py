"""Labs whose checks name the mistake: in the notebook, in the page, and in grading.

A lab's ``checks.py`` builds a :class:`Lab`; a learner's notebook calls :func:`checker`.
Nothing here knows what the course teaches.
"""

from labkit.arguments import Rng, Stream, Tensor, TorchModule, TorchSGD, Watch
from labkit.notebook import checker
from labkit.questions import Lab, Question
from labkit.verdicts import Verdict, Wrong, compare, judge, unchanged

__all__ = [
    "Lab",
    "Question",
    "Rng",
    "Stream",
    "Tensor",
    "TorchModule",
    "TorchSGD",
    "Verdict",
    "Watch",
    "Wrong",
    "checker",
    "compare",
    "judge",
    "unchanged",
]

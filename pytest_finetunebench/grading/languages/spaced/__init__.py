"""Prose of languages that part words by spaces: each part made of the words that a language says it with.

The fields are pattern sources without groups that capture, as people write the language: `nicht|nie|kein\\w*`.
May import `grading`, `grading.languages`, `cases` and below.
"""

from pytest_finetunebench.grading.languages.spaced.answers import AnswerWords, StatementWords
from pytest_finetunebench.grading.languages.spaced.choices import ChoiceWords
from pytest_finetunebench.grading.languages.spaced.denials import DenialWords
from pytest_finetunebench.grading.languages.spaced.hedges import HedgeWords
from pytest_finetunebench.grading.languages.spaced.past import PastWords
from pytest_finetunebench.grading.languages.spaced.yes_no import YesNoWords

__all__ = ["AnswerWords", "ChoiceWords", "DenialWords", "HedgeWords", "PastWords", "StatementWords", "YesNoWords"]

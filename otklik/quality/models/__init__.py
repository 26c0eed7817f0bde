from .invitation import DoNotAsk, Invitation
from .response import Answer, Response
from .survey import Question, Survey

__all__ = ["Answer", "DoNotAsk", "Invitation", "Question", "Response", "Survey"]

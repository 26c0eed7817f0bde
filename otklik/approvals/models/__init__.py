"""Which changes of state need an approval, and the approvals that were asked for."""

from .approval import Approval, Ask
from .rule import ApprovalRule, ApprovalStep

__all__ = ["Approval", "ApprovalRule", "ApprovalStep", "Ask"]

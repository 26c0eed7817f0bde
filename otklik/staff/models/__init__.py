"""People who answer: members of staff, their roles and teams, and the company they work for."""

from .company import Company, Language
from .member import Member
from .team import Team

__all__ = ["Company", "Language", "Member", "Team"]

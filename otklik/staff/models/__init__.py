"""People who answer: members of staff, their roles and teams, and the company they work for."""

from .company import Company, Language
from .leave import Leave
from .member import Member, Sight
from .presence import Presence, Status
from .skill import Skill
from .team import Team

__all__ = ["Company", "Language", "Leave", "Member", "Presence", "Sight", "Skill", "Status", "Team"]

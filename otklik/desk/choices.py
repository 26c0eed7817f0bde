"""Lists that forms of the desk offer."""

from otklik.staff.models import Member

NOBODY = "nobody"


def assignee_choices() -> list[tuple[str, str]]:
    """Everybody who can answer, by name."""
    answering = Member.objects.active().exclude(role=Member.Role.OBSERVER).order_by("name")
    return [(str(pk), name) for pk, name in answering.values_list("pk", "name")]

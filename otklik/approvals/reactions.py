"""What approvals do when something happens to a ticket, in the same transaction."""

from otklik.journal.models import Event

from .models import Approval


def state_changed(event: Event) -> None:
    """The ticket has left the state that an approval was to lead out of: it leads nowhere any more."""
    waiting = Approval.objects.waiting().filter(ticket=event.about_id).select_related("ticket")
    for approval in waiting.exclude(before=event.facts["after"]):
        approval.end(Approval.Outcome.OVERTAKEN, by=None, at=event.at)

"""What surveys do when something happens elsewhere, in the same transaction."""

from otklik.journal.models import Event

from .models import DoNotAsk, Invitation


def follow_merged_person(event: Event) -> None:
    """Two clients became one: what either was asked and said is theirs, and one “do not ask me” is enough."""
    keeper, duplicate = event.about_id, event.facts["duplicate"]
    Invitation.objects.filter(person=duplicate).update(person=keeper)
    said = DoNotAsk.objects.filter(person=duplicate).first()
    if said:
        DoNotAsk.objects.get_or_create(person_id=keeper, defaults={"at": said.at})
        said.delete()

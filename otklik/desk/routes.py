"""Routes as administrators see and change them: whom they take, where to, and both in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError
from otklik.lib.judging import Tree, check_tree, in_words
from otklik.lib.rulebook import Book
from otklik.routing.models import Route
from otklik.routing.setup import setup
from otklik.staff.models import Member, Skill
from otklik.tickets.models import Ticket

from .settings import tell


class RouteForm(forms.ModelForm[Route]):
    """What stands around the conditions: the name, and where a ticket goes that they fit."""

    tags = forms.CharField(label=_("Put these tags on"), required=False, max_length=300, help_text=_("With commas."))

    class Meta:
        model = Route
        fields = ["name", "position", "is_active", "team", "is_personal", "skills", "priority", "tags"]
        widgets = {"skills": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, typed: dict[str, Any] | None = None, **rest: Any) -> None:
        """`typed` is what stands in the form without being judged yet."""
        super().__init__(*args, **rest)
        self.initial["tags"] = ", ".join(self.instance.tags)
        if not Skill.objects.exists():
            del self.fields["skills"]
        if typed is not None:
            self.initial.update(typed)

    def clean_tags(self) -> list[str]:
        names = (" ".join(name.lower().split())[:60] for name in self.cleaned_data["tags"].split(","))
        return list(dict.fromkeys(name for name in names if name))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not any(said.get(name) for name in ("team", "is_personal", "skills", "priority", "tags")):
            self.add_error(None, _("Say what happens to a ticket: a team, a person, skills, a priority or tags."))
        return said

    def keep(self, conditions: Tree, *, by: Member) -> Route:
        """Make the route or change it; it holds for what comes in from now on."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "skills"}
        said["conditions"] = conditions
        with transaction.atomic():
            if self.instance.pk is None:
                kept = Route.objects.create(**said)
            else:
                Route.objects.filter(pk=self.instance.pk).update(**said)
                kept = Route.objects.get(pk=self.instance.pk)
            kept.skills.set(self.cleaned_data.get("skills", ()))
            tell("routes", kept, by=by)
        setup.forget()
        return kept


def typed_in(posted: Any) -> dict[str, Any]:
    """A form that was only laid out anew, as it stands."""
    checks = {"is_active": "is_active" in posted, "is_personal": "is_personal" in posted}
    return {**posted.dict(), **checks, "skills": posted.getlist("skills")}


def remove(route: Route, *, by: Member) -> None:
    with transaction.atomic():
        tell("routes", route, by=by)
        Route.objects.filter(pk=route.pk).delete()
    setup.forget()


def covered(route: Route, book: Book) -> str:
    """Which tickets a route takes, in words."""
    said = in_words(route.conditions, book)
    return gettext("If %(conditions)s") % {"conditions": said} if said else gettext("Every ticket that gets so far")


def effects(route: Route) -> Iterator[str]:
    """What it does to them, a phrase each."""
    if route.team:
        yield gettext("to the team %(team)s") % {"team": route.team}
    if route.is_personal:
        yield gettext("to the client’s personal manager")
    if skills := ", ".join(skill.name for skill in route.skills.all()):
        yield gettext("to somebody with the skills: %(skills)s") % {"skills": skills}
    if route.priority is not None:
        yield gettext("priority: %(priority)s") % {"priority": Ticket.Priority(route.priority).label}
    if route.tags:
        yield gettext("tags: %(tags)s") % {"tags": ", ".join(route.tags)}


def trouble(route: Route, book: Book) -> str:
    """Why a route fits nothing, if it asks for something that does not exist any more; empty if it does not."""
    try:
        check_tree(route.conditions, book)
    except OtklikError as refusal:
        return str(refusal)
    return ""

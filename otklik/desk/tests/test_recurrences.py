"""Recurring tickets at the desk."""

from datetime import date

from django.urls import reverse

from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_member
from otklik.tickets.models import Ticket, TicketField
from otklik.work.models import Recurrence
from otklik.work.models.recurrence import repeat
from otklik.work.models.task import add_tasks
from otklik.work.tests.test_repeating import weekly


class RecurrenceTests(CastTestCase):
    def setUp(self) -> None:
        self.lead = make_member("Lena Head", self.support, role=Member.Role.SUPERVISOR)
        TicketField.objects.create(key="room", label="Room")
        self.client.force_login(self.lead)

    def post(self, pk: int | None = None, **said: object):
        wanted = {"subject": "Check the backup", "text": "Restore one file.", "email": "bea@alpha.example",
                  "team": self.support.pk, "assignee": self.ana.pk, "type": "service_request", "priority": 2,
                  "tags": "Backup, it", "checklist": "Restore\nCompare", "field-room": "7", "how": "week",
                  "weekdays": [0, 4], "month_day": 1, "month": 1, "at": "09:00", "time_zone": "Asia/Omsk",
                  "shift": "", "begins": "2099-05-01"}  # fmt: skip
        where = reverse("desk:recurrence", args=[pk]) if pk else reverse("desk:new_recurrence")
        return self.client.post(where, wanted | said)

    def test_it_is_set_up_as_it_is_typed_and_changed(self) -> None:
        self.assertRedirects(self.post(), reverse("desk:recurrences"))
        made = Recurrence.objects.get()
        self.assertEqual((made.client, made.assignee, made.tags), (self.bea, self.ana, ["backup", "it"]))
        self.assertEqual((made.weekdays, made.fields, made.begins), ([0, 4], {"room": "7"}, date(2099, 5, 1)))
        page = self.client.get(reverse("desk:recurrences"))
        self.assertContains(page, "Every week at 09:00: Monday, Friday")
        self.assertContains(page, "Friday, 1 May 2099, 09:00")
        self.post(made.pk, how="month", month_day=31, field_room="")
        self.assertContains(self.client.get(reverse("desk:recurrences")), "Every month on day 31, at 09:00")
        self.assertContains(self.client.get(reverse("desk:recurrence", args=[made.pk])), "Sunday, 31 May 2099, 09:00")

    def test_the_preview_shows_five_dates_and_saves_nothing(self) -> None:
        page = self.post(preview="1")
        self.assertEqual(len(page.context["dates"]), 5)
        self.assertContains(page, "Monday, 4 May 2099, 09:00")
        self.assertFalse(Recurrence.objects.exists())

    def test_what_cannot_be_is_refused_in_words(self) -> None:
        cases = {"weekdays": {"weekdays": []}, "ends": {"ends": "2099-04-30"}, "assignee": {"assignee": self.omar.pk},
                 "team": {"team": self.sales.pk}, "time_zone": {"time_zone": "Mars"}, "month_day": {"month_day": 32},
                 "email": {"email": "nobody"}}  # fmt: skip
        for field, said in cases.items():
            with self.subTest(field):
                self.assertIn(field, self.post(**said).context["form"].errors)
        self.assertFalse(Recurrence.objects.exists())

    def test_it_begins_with_what_a_ticket_says(self) -> None:
        add_tasks(self.ticket, "Unplug it", by=self.ana)
        page = self.client.get(reverse("desk:new_recurrence"), {"ticket": self.ticket.pk})
        for word in ("Printer", "It is on fire.", "Unplug it", "bea@alpha.example"):
            with self.subTest(word):
                self.assertContains(page, word)
        self.assertNotContains(
            self.client.get(reverse("desk:new_recurrence"), {"ticket": self.foreign.pk}), "Price list"
        )

    def test_one_is_made_now_paused_resumed_and_removed(self) -> None:
        made = repeat(weekly(type(self)), by=self.lead)
        deed = reverse("desk:recurrence_deed", args=[made.pk])
        self.client.post(deed, {"do": "make"})
        ticket = Ticket.objects.get(subject="Check the backup")
        self.assertContains(self.client.get(ticket.get_absolute_url()), "Made by the recurring ticket")
        self.client.post(deed, {"do": "pause"})
        self.assertContains(self.client.get(reverse("desk:recurrences")), "paused")
        self.client.post(deed, {"do": "resume"})
        self.assertFalse(Recurrence.objects.get().is_paused)
        self.assertEqual(self.client.post(deed, {"do": "dance"}).status_code, 404)
        self.client.post(deed, {"do": "remove"})
        self.assertFalse(Recurrence.objects.exists())
        self.assertTrue(Ticket.objects.filter(pk=ticket.pk).exists())

    def test_an_agent_reads_those_of_their_team_and_changes_none(self) -> None:
        made = repeat(weekly(type(self)), by=self.lead)
        foreign = repeat(weekly(type(self), subject="Count the money", team=self.sales, assignee=None), by=self.admin)
        self.client.force_login(self.ana)
        page = self.client.get(reverse("desk:recurrences"))
        self.assertContains(page, "Check the backup")
        self.assertNotContains(page, "Count the money")
        self.assertEqual(self.client.get(reverse("desk:recurrence", args=[made.pk])).status_code, 403)
        self.assertEqual(self.client.post(reverse("desk:recurrence_deed", args=[made.pk])).status_code, 404)
        self.client.force_login(self.lead)
        self.assertEqual(self.client.get(reverse("desk:recurrence", args=[foreign.pk])).status_code, 404)

"""Many tickets at once, at the desk: few of them while one waits, many in the background with progress."""

import uuid

from django.urls import reverse

from otklik.desk.bulk import AT_ONCE
from otklik.testing import CastTestCase, kinds, make_ticket
from otklik.tickets.bulking import work_on
from otklik.tickets.models import Bulk, Message, Ticket


class BulkTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def post(self, *tickets: Ticket, **wish: object):
        chosen = {"ticket": [ticket.pk for ticket in tickets], "next": "/desk/queue/open/", "press": str(uuid.uuid4())}
        return self.client.post(reverse("desk:bulk"), chosen | wish, follow=True)

    def apply(self, *tickets: Ticket, **wish: object) -> str:
        return " ".join(str(message) for message in self.post(*tickets, **wish).context["messages"])

    def many(self) -> None:
        for _n in range(AT_ONCE + 3):
            make_ticket(self.bea, self.mailbox)

    def test_chosen_tickets_change_by_the_same_verbs(self):
        told = self.apply(self.ticket, self.other, priority="4", assignee="me", tag="Fire", state="open")
        self.assertIn("2 tickets were changed", told)
        self.ticket.refresh_from_db()
        self.assertEqual((self.ticket.priority, self.ticket.assignee, self.ticket.state), (4, self.ana, "open"))
        self.assertIn("ticket.tagged", kinds(self.other))

    def test_what_was_refused_is_told_with_the_reason(self):
        told = self.apply(self.ticket, assignee=str(self.omar.pk))
        self.assertIn(f"{self.ticket} was not changed. Omar Kotov does not answer for the team", told)

    def test_the_team_is_changed_before_the_assignee(self):
        self.apply(self.ticket, team=str(self.sales.pk), assignee=str(self.omar.pk))
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.assignee, self.omar)

    def test_an_answer_and_a_note_are_written_on_each(self):
        self.apply(self.ticket, self.other, answer="Done, {client}.", note="Both by one call.", state="resolved")
        texts = list(Message.objects.filter(ticket=self.other, member=self.ana).values_list("text", flat=True))
        self.assertEqual(sorted(texts), ["Both by one call.", "Done, Bea Orlova."])
        self.other.refresh_from_db()
        self.assertEqual(self.other.state, "resolved")

    def test_a_number_is_written_as_people_write_it(self):
        self.apply(self.ticket, self.other, into=f"#{self.ticket.pk}")
        self.other.refresh_from_db()
        self.assertEqual(self.other.merged_into, self.ticket)
        self.assertIn("does not exist", self.apply(self.ticket, into=str(self.foreign.pk)))

    def test_a_ticket_that_may_not_be_seen_is_left_alone(self):
        self.apply(self.foreign, priority="4")
        self.foreign.refresh_from_db()
        self.assertEqual(self.foreign.priority, Ticket.Priority.NORMAL)

    def test_without_a_wish_it_is_asked_what_is_wished(self):
        answer = self.client.post(reverse("desk:bulk"), {"ticket": [self.ticket.pk]})
        self.assertContains(answer, "1 ticket is meant")
        self.assertContains(answer, 'name="priority"')
        self.assertContains(self.post(self.ticket, into="x"), "does not fit")
        self.assertFalse(Bulk.objects.exists())

    def test_a_whole_list_is_changed_in_the_background_and_tells_how_far_it_is(self):
        self.many()
        self.ticket.set_state("closed", by=self.ana)
        answer = self.post(whole="yes", list="open", only="state:is:new", priority="4")
        self.assertContains(answer, f"0 of {AT_ONCE + 4}")
        self.assertContains(answer, "At work")
        while work_on():
            pass
        progress = reverse("desk:bulk_progress", args=[Bulk.objects.get().pk])
        answer = self.client.get(progress, headers={"HX-Request": "true"})
        self.assertContains(answer, f"{AT_ONCE + 4} of {AT_ONCE + 4}")
        self.assertNotContains(answer, "hx-get")
        self.assertEqual(Ticket.objects.filter(priority=4).count(), AT_ONCE + 4)

    def test_from_the_progress_a_way_leads_back_to_the_list_and_nowhere_else(self):
        self.many()
        listed = "/desk/queue/open/?sort=due"
        answer = self.post(whole="yes", list="open", priority="4", next=listed)
        self.assertEqual(answer.context["origin"], listed)
        progress = reverse("desk:bulk_progress", args=[Bulk.objects.get().pk])
        answer = self.client.get(progress, {"next": "https://evil.example/"})
        self.assertEqual(answer.context["origin"], reverse("desk:home"))

    def test_much_is_asked_about_once_more(self):
        Ticket.objects.bulk_create(Ticket(subject="x", team=self.support, client=self.bea) for _n in range(120))
        wish = {"whole": "yes", "list": "open", "state": "closed", "tag": "old"}
        answer = self.post(**wish)
        self.assertContains(answer, "122 tickets are meant")
        self.assertContains(answer, "Set the state: Closed")
        self.assertFalse(Bulk.objects.exists())
        self.post(**wish, sure="of something else")
        self.assertFalse(Bulk.objects.exists())
        self.post(**wish, sure=answer.context["form"].version)
        self.assertEqual(Bulk.objects.get().total, 122)

    def test_it_is_stopped_by_whoever_began_it_and_seen_by_nobody_else(self):
        self.many()
        self.post(whole="yes", list="open", priority="4")
        begun = Bulk.objects.get()
        for name in ("bulk_progress", "bulk_stop"):
            self.client.force_login(self.omar)
            self.assertEqual(self.client.post(reverse(f"desk:{name}", args=[begun.pk])).status_code, 404)
        self.client.force_login(self.ana)
        answer = self.client.post(reverse("desk:bulk_stop", args=[begun.pk]), follow=True)
        self.assertContains(answer, "It is being stopped")
        work_on()
        self.assertContains(self.client.get(reverse("desk:bulk_progress", args=[begun.pk])), "Stopped")
        self.assertFalse(Ticket.objects.filter(priority=4).exists())

    def test_pressing_twice_changes_once(self):
        self.many()
        press = str(uuid.uuid4())
        for _time in range(2):
            self.post(whole="yes", list="open", priority="4", press=press)
        self.assertEqual(Bulk.objects.count(), 1)

    def test_a_list_that_is_not_theirs_is_not_found(self):
        for wrong in ("none", "view-1", ""):
            self.assertEqual(self.post(whole="yes", list=wrong, priority="4").status_code, 404)

    def test_wishes_are_fetched_when_a_ticket_is_chosen_and_observers_get_none(self):
        self.assertContains(self.client.get(reverse("desk:bulk_wishes")), 'name="assignee"')
        self.client.force_login(self.olga)
        self.assertEqual(self.client.get(reverse("desk:bulk_wishes")).status_code, 403)
        self.assertEqual(self.post(self.ticket, priority="4").status_code, 403)

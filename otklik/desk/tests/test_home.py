"""The first page of the day: each section is a list that can be opened, and nobody sees what is not theirs."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from otklik.clients.models import PHONE, Address
from otklik.desk.home import MY, TEAM, home
from otklik.sla.models.callback import promise_callback
from otklik.staff.models import Member
from otklik.testing import CastTestCase, make_member, make_ticket
from otklik.tickets.models import Ticket


class HomeTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.ticket.assign_to(self.ana, by=self.ana)

    def sections(self, member=None, scope=MY) -> dict[str, list[str]]:
        found = home(member or self.ana, scope, now()).sections
        return {one.key: [ticket.subject for ticket in one.tickets] for one in found}

    def due(self, ticket: Ticket, hours: float) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(due_at=now() + timedelta(hours=hours))

    def test_what_is_due_comes_by_deadline_and_what_is_late_apart(self):
        later = make_ticket(self.bea, self.mailbox, subject="Later")
        later.assign_to(self.ana, by=self.ana)
        late = make_ticket(self.bea, self.mailbox, subject="Late")
        late.assign_to(self.ana, by=self.ana)
        self.due(later, 5)
        self.due(self.ticket, 1)
        self.due(late, -1)
        found = self.sections()
        self.assertEqual((found["due"], found["late"]), (["Printer", "Later"], ["Late"]))

    def test_what_nobody_has_is_of_my_teams_alone(self):
        self.assertEqual(self.sections()["unassigned"], ["Second printer"])
        self.assertNotIn("Second printer", self.sections(self.omar)["unassigned"])

    def test_who_looks_after_a_team_sees_its_day_and_others_do_not(self):
        Member.objects.filter(pk=self.ana.pk).update(role=Member.Role.SUPERVISOR)
        self.ana.refresh_from_db()
        self.other.assign_to(None, by=self.ana)
        self.due(self.other, -1)
        self.assertEqual(self.sections(scope=TEAM)["late"], ["Second printer"])
        self.assertContains(self.client.get("/desk/?of=team"), "The team’s day")
        self.client.force_login(self.omar)
        self.assertContains(self.client.get("/desk/?of=team"), "My day")

    def test_calls_stand_there_until_they_are_made(self):
        Address.objects.create(person=self.bea, kind=PHONE, value="+79005550142")
        callback = promise_callback(self.ticket, by=self.ana)
        self.assertContains(self.client.get("/desk/"), "+79005550142")
        callback.call(is_reached=True, by=self.ana)
        self.assertContains(self.client.get("/desk/"), "Nobody waits for a call.")

    def lead(self) -> None:
        Member.objects.filter(pk=self.ana.pk).update(role=Member.Role.SUPERVISOR)
        self.ana.refresh_from_db()

    def test_the_calls_open_their_list_also_of_tickets_that_are_over(self):
        Address.objects.create(person=self.bea, kind=PHONE, value="+79005550142")
        promise_callback(self.ticket, by=self.ana)
        promise_callback(self.other, by=self.ana)
        self.ticket.set_state("resolved", by=self.ana)
        self.lead()
        for scope, wanted in ((MY, [self.ticket.pk]), (TEAM, [self.ticket.pk, self.other.pk])):
            with self.subTest(scope):
                found = home(self.ana, scope, now())
                answer = self.client.get(str(found.calls_list))
                self.assertEqual([one.pk for one in answer.context["tickets"].rows], wanted)
                self.assertEqual(found.calls_count, str(len(wanted)))
                self.assertContains(self.client.get(f"/desk/?of={scope}"), str(found.calls_list).replace("&", "&amp;"))

    def test_the_number_beside_a_member_is_what_its_list_holds(self):
        self.lead()
        omar_too = Member.objects.get(pk=self.omar.pk)
        omar_too.teams.add(self.support)
        self.foreign.assign_to(omar_too, by=self.admin)  # of another team: out of sight
        self.other.assign_to(omar_too, by=self.ana)
        waiting = make_ticket(self.bea, self.mailbox)
        waiting.assign_to(omar_too, by=self.ana)
        waiting.set_state("waiting_client", by=self.ana)
        page = self.client.get("/desk/?of=team")
        found = {each.member.pk: each.in_hand for crew in page.context["crews"] for each in crew.colleagues}
        self.assertEqual(found[omar_too.pk], 1)
        rows = self.client.get(page.context["lists"][omar_too.pk]).context["tickets"].rows
        self.assertEqual([one.pk for one in rows], [self.other.pk])

    def test_it_is_remembered_whose_day_one_likes(self):
        self.lead()
        self.client.post(reverse("desk:like_home"), {"of": TEAM})
        self.assertContains(self.client.get("/desk/"), "The team’s day")
        self.client.post(reverse("desk:like_home"), {"of": "everybody"})
        self.assertContains(self.client.get("/desk/"), "The team’s day")
        Member.objects.filter(pk=self.ana.pk).update(role=Member.Role.AGENT)
        self.assertContains(self.client.get("/desk/"), "My day")

    def test_a_heading_opens_the_rows_behind_its_number(self):
        for section in home(self.ana, MY, now()).sections:
            with self.subTest(section.key):
                answer = self.client.get(str(section.chosen))
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(
                    [one.pk for one in answer.context["tickets"].rows], [one.pk for one in section.tickets]
                )

    def test_an_empty_day_teaches(self):
        Ticket.objects.update(state="closed")
        answer = self.client.get("/desk/")
        self.assertContains(answer, "What is promised to a client stands here")
        self.assertContains(answer, "All is read.")

    def test_the_questions_do_not_grow_with_the_tickets(self):
        self.client.get("/desk/")
        for number in range(8):
            ticket = make_ticket(self.bea, self.mailbox, subject=f"Alarm {number}")
            ticket.assign_to(self.ana, by=self.ana)
            self.due(ticket, number)
        with self.assertNumQueries(14):
            self.client.get("/desk/")

    def test_nor_do_those_of_the_team_s_day_with_its_members(self):
        self.lead()
        self.client.get("/desk/?of=team")
        for number in range(4):
            make_member(f"Helper{number} Lee", self.support)
            self.due(make_ticket(self.bea, self.mailbox, subject=f"Alarm {number}"), number)
        with self.assertNumQueries(23):
            self.client.get("/desk/?of=team")

    def test_an_observer_goes_to_the_list(self):
        self.client.force_login(self.olga)
        self.assertRedirects(self.client.get("/desk/"), reverse("desk:queue", args=["open"]))

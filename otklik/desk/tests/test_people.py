"""Who is there, and planning leave for oneself and for whoever one looks after."""

from datetime import date

from otklik.routing.models import Assignment
from otklik.routing.setup import setup
from otklik.staff.models import Leave, Member, Presence
from otklik.testing import CastTestCase, kinds, make_member, make_ticket


class PeopleTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.oleg = make_member("Oleg Kravtsov", cls.support)
        cls.sue = make_member("Sue Visor", cls.support, role=Member.Role.SUPERVISOR)

    def mine(self, member: Member) -> str:
        return f"/desk/people/{member.pk}/"

    def plan(self, member: Member, **changes: object):
        given = {"first": "2099-12-03", "last": "2099-12-08", "substitute": self.oleg.pk}
        return self.client.post(self.mine(member), given | changes)

    def test_a_member_plans_their_own_leave_and_cancels_it(self):
        self.client.force_login(self.ana)
        self.assertRedirects(self.plan(self.ana), self.mine(self.ana))
        leave = Leave.objects.get()
        self.assertEqual((leave.first, leave.last, leave.substitute), (date(2099, 12, 3), date(2099, 12, 8), self.oleg))
        self.assertContains(self.client.get(self.mine(self.ana)), "Oleg Kravtsov stands in")
        self.client.post(f"/desk/people/leaves/{leave.pk}/")
        self.assertFalse(Leave.objects.exists())
        told = [kind for kind in kinds(self.ana) if "leave" in kind]
        self.assertEqual(told, ["member.leave_planned", "member.leave_cancelled"])

    def test_what_cannot_be_is_said_in_words(self):
        self.client.force_login(self.ana)
        cases = (
            ({"last": "2099-12-01"}, "The last day is before the first"),
            ({"first": "2020-01-01", "last": "2020-01-02"}, "These days are over"),
            ({"first": "soon"}, "Enter a valid date"),
            ({"substitute": self.omar.pk}, "Select a valid choice"),
        )
        for changes, words in cases:
            with self.subTest(changes):
                self.assertContains(self.plan(self.ana, **changes), words)
        self.assertFalse(Leave.objects.exists())

    def test_a_supervisor_plans_for_their_team_and_nobody_else(self):
        self.client.force_login(self.sue)
        self.assertEqual(self.plan(self.ana).status_code, 302)
        self.assertEqual(self.plan(self.omar).status_code, 403)
        self.client.force_login(self.oleg)
        self.assertEqual(self.client.get(self.mine(self.ana)).status_code, 403)
        leave = Leave.objects.get()
        self.assertEqual(self.client.post(f"/desk/people/leaves/{leave.pk}/").status_code, 403)
        self.assertTrue(Leave.objects.exists())

    def test_who_is_there_with_how_much_to_do(self):
        Presence.of(self.ana).hear(is_active=True)
        Member.objects.filter(pk=self.ana.pk).update(ticket_limit=6)
        self.ticket.assign_to(self.ana, by=None)
        Assignment.objects.create(team=self.support, way="in_turn")
        setup.forget()
        make_ticket(self.bea, self.mailbox)
        self.client.force_login(self.sue)
        page = self.client.get("/desk/people/")
        self.assertContains(page, "1 of 6")
        self.assertContains(page, "1 ticket waits for somebody")
        self.assertNotContains(page, "Omar Kotov")
        part = self.client.get("/desk/people/", headers={"HX-Request": "true"})
        self.assertNotContains(part, "<html")

    def test_an_agent_has_no_such_page(self):
        self.client.force_login(self.ana)
        self.assertEqual(self.client.get("/desk/people/").status_code, 403)

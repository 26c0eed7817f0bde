"""Why a ticket is with its team and its assignee, as the page tells it."""

from django.urls import reverse
from django.utils import translation

from otklik.desk.whose import Step, whose
from otklik.routing.models import Recall
from otklik.routing.tests.scene import MINUTE, NOON, RoutingTestCase, make_route, set_way, work
from otklik.rules.models import Rule
from otklik.staff.models import Team
from otklik.tickets.models import Ticket


def told(steps: list[Step]) -> list[str]:
    return [" ".join(step.sentences) for step in steps]


class WhoseTests(RoutingTestCase):
    def of(self, ticket: Ticket):
        with translation.override("en"):
            return whose(Ticket.objects.get(pk=ticket.pk))

    def test_a_channel_alone_decides_and_a_member_takes_it(self):
        ticket = self.mail()
        found = self.of(ticket)
        self.assertEqual(told(found.team), ["It came in by “Support”, and so to the team “Support”."])
        self.assertEqual((found.person, found.waits),
                         ([], "Nobody has it: in the team “Support” tickets are taken by hand."))  # fmt: skip
        ticket.assign_to(self.ana, by=self.ana)
        ticket.assign_to(None, by=self.ana)
        ticket.assign_to(self.oleg, by=self.ana)
        self.assertEqual(
            told(self.of(ticket).person),
            ["Ana Belova took it.", "Ana Belova put it back.", f"Ana Belova gave it to {self.oleg}."],
        )

    def test_a_route_says_what_it_takes(self):
        conditions = {"all": [{"if": "subject", "is": "contains", "value": "printer"}]}
        make_route("Printers", team=self.sales, conditions=conditions)
        found = self.of(self.mail(subject="My printer"))
        self.assertEqual(found.team[0].sentences, ("It came in by “Support”, and so to the team “Support”.",))
        self.assertEqual(found.team[1].sentences[0], "The route “Printers” fitted and sent it to the team “Sales”.")
        self.assertEqual(found.team[1].sentences[1], "As it stands now, this route takes: Subject contains “printer”.")

    def test_a_route_without_conditions_takes_what_is_left(self):
        make_route("All", team=None, tags=["seen"])
        sentences = self.of(self.mail()).team[1].sentences
        self.assertEqual(sentences[0], "The route “All” fitted and left it with the team “Support”.")
        self.assertEqual(sentences[1], "This route takes whatever no route before it takes.")

    def test_who_was_given_it_and_why_is_one_sentence(self):
        set_way(self.support)
        ticket = self.mail()
        self.assertIn("waits until somebody of the team", self.of(ticket).waits)
        work(NOON)
        found = self.of(ticket)
        self.assertEqual(told(found.person), ["Otklik gave it to Ana Belova: it was their turn."])
        self.assertEqual(found.waits, "")

    def test_what_is_taken_back_says_from_whom_and_why(self):
        set_way(self.support)
        ticket = self.mail()
        work(NOON)
        self.ana.deactivate(by=self.admin, at=NOON + MINUTE)
        work(NOON + MINUTE)
        self.assertEqual(
            told(self.of(ticket).person)[1], f"It was taken back from Ana Belova: {Recall.Why.GONE.label}."
        )

    def test_a_hand_over_says_who_why_and_explains_the_lost_assignee(self):
        ticket = self.mail()
        ticket.assign_to(self.ana, by=self.ana)
        ticket.hand_to(self.sales, by=self.ana, why="A price is asked")
        found = self.of(ticket)
        self.assertEqual(
            found.team[-1].sentences,
            ("Ana Belova handed it over from “Support” to “Sales”.", "The reason: A price is asked"),
        )
        self.assertEqual(told(found.person), ["Ana Belova took it."])

    def test_rules_and_the_ladder_are_named(self):
        rule = Rule.objects.create(name="Night", kinds=["ticket.opened"], actions=[])
        ticket = self.mail()
        ticket.assign_to(self.ana, by=rule)
        ticket.assign_to(None, by=rule)
        ticket.hand_to(self.sales, by=rule)
        ticket.hand_to(self.support, by=None)
        found = self.of(ticket)
        self.assertEqual(told(found.person), ["The rule “Night” gave it to Ana Belova.",
                                              "The rule “Night” took it from Ana Belova."])  # fmt: skip
        self.assertEqual(
            told(found.team)[1:],
            ["The rule “Night” handed it over from “Support” to “Sales”.",
             "The escalation ladder of the agreement moved it from “Sales” to “Support”."],
        )  # fmt: skip

    def test_what_is_gone_is_said_to_be_deleted(self):
        make_route("All", team=None, tags=["seen"]).delete()
        ticket = self.mail()
        gone = Team.objects.create(name="Gone")
        ticket.hand_to(gone, by=self.admin)
        ticket.hand_to(self.support, by=self.admin)
        gone.delete()
        self.assertIn("from “Support” to “deleted”", told(self.of(ticket).team)[1])

    def test_the_page_shows_it_to_whoever_sees_the_ticket(self):
        ticket = self.mail()
        ticket.assign_to(self.ana, by=self.ana)
        self.client.force_login(self.ana)
        page = self.client.get(reverse("desk:whose", args=[ticket.pk]))
        self.assertContains(page, "<b>Ana Belova took it.</b>")
        self.assertContains(page, "<b>It came in by “Support”, and so to the team “Support”.</b>")
        self.assertContains(self.client.get(ticket.get_absolute_url()), reverse("desk:whose", args=[ticket.pk]))

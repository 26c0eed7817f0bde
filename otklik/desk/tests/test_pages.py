"""Opening tickets, clients, settings and the first start."""

from allauth.usersessions.models import UserSession
from django.test import TestCase
from django.urls import reverse

from otklik.clients.models import ClientField, Organisation, Person
from otklik.sla.models import Policy
from otklik.staff.models import Company, Member, Team
from otklik.testing import CastTestCase, kinds
from otklik.tickets.models import Channel, Delivery, Message, RawMessage, Ticket, TicketField


class OpeningTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)
        self.form = {"name": "Dan", "email": "dan@new.example", "subject": "Call", "text": "He called.",
                     "team": self.support.pk, "type": "question", "priority": "2"}  # fmt: skip

    def test_a_ticket_after_a_call_keeps_the_text_as_a_note(self):
        answer = self.client.post(reverse("desk:open"), self.form)
        ticket = Ticket.objects.get(subject="Call")
        self.assertRedirects(answer, ticket.get_absolute_url())
        self.assertEqual((ticket.client.name, ticket.messages.get().is_note), ("Dan", True))

    def test_the_text_may_be_sent_to_the_client(self):
        self.client.post(reverse("desk:open"), self.form | {"is_sent": "yes"})
        self.assertEqual(Delivery.objects.get().address, "dan@new.example")

    def test_somebody_without_any_address_is_not_accepted(self):
        answer = self.client.post(reverse("desk:open"), self.form | {"email": ""})
        self.assertContains(answer, "Enter an e-mail address or a phone number")
        self.assertFalse(Person.objects.filter(name="Dan").exists())

    def test_a_known_client_is_filled_in(self):
        answer = self.client.get(reverse("desk:open"), {"client": self.bea.pk})
        self.assertContains(answer, "bea@alpha.example")

    def test_a_ticket_for_another_team_leads_back_to_the_queue(self):
        answer = self.client.post(reverse("desk:open"), self.form | {"team": self.sales.pk})
        self.assertRedirects(answer, reverse("desk:home"))


class ClientTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.ana)

    def test_people_are_found_by_name_address_and_organisation(self):
        for text in ("orlova", "bea@al", "Alpha"):
            with self.subTest(text):
                answer = self.client.get(reverse("desk:clients"), {"text": text})
                self.assertEqual([person.name for person in answer.context["people"].rows], ["Bea Orlova"])

    def test_a_new_name_is_told_in_the_journal(self):
        self.client.post(reverse("desk:person", args=[self.bea.pk]), {"name": "Bea Lukina", "note": "Likes cake"})
        self.bea.refresh_from_db()
        self.assertEqual((self.bea.name, self.bea.note, self.bea.organisation), ("Bea Lukina", "Likes cake", None))
        self.assertIn("person.renamed", kinds(self.bea))

    def test_the_company_s_own_fields_are_kept_by_their_kind(self):
        ClientField.objects.create(key="since", label="Client since", kind="date", about="person")
        address = reverse("desk:person", args=[self.bea.pk])
        self.assertContains(self.client.post(address, {"name": "Bea", "field-since": "soon"}), "a date is wanted")
        self.client.post(address, {"name": "Bea", "field-since": "2020-05-01"})
        self.bea.refresh_from_db()
        self.assertEqual(self.bea.fields, {"since": "2020-05-01"})

    def test_an_address_is_added_once_and_its_owner_is_named(self):
        address = reverse("desk:addresses", args=[self.bea.pk])
        self.client.post(address, {"kind": "phone", "value": "8 (831) 200-00-16"})
        self.assertEqual(self.bea.address("phone").value, "+78312000016")
        answer = self.client.post(address, {"kind": "email", "value": "carl@elsewhere.example"}, follow=True)
        self.assertContains(answer, "belongs to Carl Lukin")

    def test_a_duplicate_is_merged_and_its_page_leads_to_who_remained(self):
        self.client.post(reverse("desk:absorb", args=[self.bea.pk]), {"duplicate": self.carl.pk})
        self.foreign.refresh_from_db()
        self.assertEqual(self.foreign.client, self.bea)
        answer = self.client.get(reverse("desk:person", args=[self.carl.pk]))
        self.assertRedirects(answer, reverse("desk:person", args=[self.bea.pk]))

    def test_tickets_out_of_sight_stay_so_on_a_client_s_page(self):
        answer = self.client.get(reverse("desk:person", args=[self.carl.pk]))
        self.assertNotContains(answer, "Price list")

    def test_an_organisation_is_made_and_changed(self):
        self.client.post(reverse("desk:new_organisation"), {"name": "Beta"})
        beta = Organisation.objects.get(name="Beta")
        self.client.post(reverse("desk:organisation", args=[beta.pk]), {"name": "Beta Ltd"})
        beta.refresh_from_db()
        self.assertEqual(beta.name, "Beta Ltd")


class SettingsTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def add(self, section: str, **form: object):
        return self.client.post(reverse("desk:new_setting", args=[section]), form)

    def test_a_member_is_invited_changed_and_shut_out(self):
        form = {"name": "Eve", "email": "Eve@demo.example", "role": "agent", "language": "en", "is_active": "on"}
        self.add("staff", **form, teams=[self.sales.pk])
        eve = Member.objects.get(email="eve@demo.example")
        self.assertEqual(list(eve.teams.all()), [self.sales])
        changed = {**form, "role": "supervisor", "teams": [], "is_active": ""}
        self.client.post(reverse("desk:edit_setting", args=["staff", eve.pk]), changed)
        told = [kind.removeprefix("member.") for kind in kinds(eve)]
        self.assertEqual(told, ["invited", "joined_team", "role_changed", "deactivated", "left_team"])

    def test_a_one_time_link_is_handed_out(self):
        answer = self.client.post(reverse("desk:one_time_link", args=[self.ana.pk]), follow=True)
        self.assertContains(answer, "/staff/link/?sesame=")

    def test_sections_grow(self):
        team = self.support.pk
        self.add("teams", name="Engineers")
        self.add("mailboxes", name="Help", address="Help@demo.example", team=team, language="en", is_active="on")
        self.add("forms", name="Site", address="site", team=team, language="en", answers_by=self.mailbox.pk)
        self.add("ticket-fields", label="Device", key="device", kind="choice", choices="printer\nserver", position=0)
        self.add("client-fields", label="Manager", key="manager", about="person", kind="text", position=0)
        self.assertTrue(Team.objects.filter(name="Engineers").exists())
        self.assertEqual(Channel.objects.get(address="help@demo.example").kind, "email")
        self.assertEqual(Channel.objects.get(address="site").answers_by, self.mailbox)
        self.assertEqual(TicketField.objects.get().choices, ["printer", "server"])

    def test_an_address_that_is_taken_is_refused_in_words(self):
        answer = self.add("mailboxes", name="X", address="support@demo.example", team=self.support.pk, language="en")
        self.assertContains(answer, "errorlist")

    def test_a_message_that_could_not_be_read_is_shown_and_read_again(self):
        raw = RawMessage.objects.create(channel=self.mailbox, digest="x", body=b"\\xff odd", outcome="failed",
                                        reason="It is odd", due_at=None)  # fmt: skip
        self.assertContains(self.client.get(reverse("desk:unread")), "It is odd")
        self.client.post(reverse("desk:raw", args=[raw.pk]))
        raw.refresh_from_db()
        self.assertEqual((raw.outcome, raw.due_at is None), ("", False))


class WizardTests(TestCase):
    form = {"company": "Ladoga", "time_zone": "Asia/Omsk", "language": "en", "name": "Vera", "email": "v@la.example",
            "password": "seven blue herons", "mailbox": "Help@ladoga.example", "team": "Support"}  # fmt: skip

    def test_an_empty_store_leads_to_the_wizard(self):
        self.assertRedirects(self.client.get("/desk/"), reverse("desk:wizard"))

    def test_three_answers_make_everything_ready(self):
        answer = self.client.post(reverse("desk:wizard"), self.form, follow=True)
        self.assertContains(answer, "Everything is ready")
        self.assertEqual(Company.objects.get().time_zone, "Asia/Omsk")
        self.assertTrue(Member.objects.get().is_administrator)
        self.assertEqual(UserSession.objects.get().user, Member.objects.get())
        self.assertEqual(Channel.objects.get().address, "help@ladoga.example")
        self.assertFalse(Message.objects.exists())

    def test_an_example_makes_the_whole_desk_and_gets_the_mail(self):
        self.client.post(reverse("desk:wizard"), self.form | {"preset": "shop"})
        mailbox = Channel.objects.get(kind="email")
        self.assertEqual((mailbox.team.name, Team.objects.count()), ("Shop", 1))
        self.assertEqual(Channel.objects.get(kind="webform").answers_by, mailbox)
        self.assertEqual(list(Member.objects.get().teams.all()), [mailbox.team])
        self.assertTrue(Policy.objects.filter(name="Orders, round the clock").exists())

    def test_an_example_that_does_not_exist_is_refused(self):
        self.client.post(reverse("desk:wizard"), self.form | {"preset": "circus"})
        self.assertFalse(Company.objects.exists())

    def test_a_weak_password_or_an_unknown_zone_is_refused(self):
        answer = self.client.post(reverse("desk:wizard"), self.form | {"password": "password12", "time_zone": "Mars"})
        self.assertContains(answer, "errorlist", count=2)
        self.assertFalse(Company.objects.exists())

    def test_it_is_closed_once_there_is_a_company(self):
        Company.objects.create(name="Ladoga")
        self.client.post(reverse("desk:wizard"), self.form)
        self.assertFalse(Member.objects.exists())

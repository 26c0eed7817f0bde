"""Prepared statements do what Django's own do."""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F, Value

from otklik.clients.models import Address, Organisation, Person
from otklik.journal.models import Event
from otklik.lib.prepared import Change, Columns, Question, insert, insert_new, set_columns
from otklik.testing import CastTestCase
from otklik.tickets.models import Ticket

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def columns(row: models.Model) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name not in ("_state", "id")}


class InsertTests(CastTestCase):
    def twice(self, make) -> tuple[models.Model, models.Model]:
        """A row that was inserted by us and one that Django saved, both as the store has them."""
        ours, django = insert(make()), make()
        django.save(force_insert=True)
        self.assertEqual(columns(ours).keys(), columns(django).keys())
        return tuple(type(row).objects.get(pk=row.pk) for row in (ours, django))

    def test_every_kind_of_column_is_as_django_writes_it(self):
        rows = (
            lambda: Person(name="Беа «Б»", organisation=None, fields={"a": [1, None, "ё"]}, created_at=NOW),
            lambda: Ticket(subject="x", client=self.bea, team=self.support, fields={}, opened_at=NOW, active_at=NOW),
            lambda: Event(kind="ticket.opened", about="ticket", about_id=1, at=NOW, facts={"channel": None}),
        )
        for make in rows:
            ours, django = self.twice(make)
            with self.subTest(type(ours).__name__):
                own = {name for name in ("tx", "state_at") if hasattr(ours, name)}
                said = [{k: v for k, v in columns(row).items() if k not in own} for row in (ours, django)]
                self.assertEqual(*said)

    def test_what_the_store_made_up_comes_back(self):
        ticket = insert(Ticket(subject="x", client=self.bea, team=self.support, state="closed"))
        event = insert(Event(kind="ticket.opened", about="ticket", about_id=ticket.pk, at=NOW))
        self.assertIs(ticket.is_open, False)
        self.assertEqual(event.tx, Event.objects.get(pk=event.pk).tx)
        self.assertFalse(ticket._state.adding)

    def test_a_constraint_is_heard_and_the_transaction_is_over(self):
        twin = Address(person=self.bea, kind="email", value="bea@alpha.example")
        with self.assertRaises(IntegrityError), transaction.atomic():
            insert(twin)
        with transaction.atomic():
            with self.assertRaises(IntegrityError):
                insert(twin)
            self.assertTrue(transaction.get_connection().needs_rollback)
            transaction.set_rollback(True)

    def test_of_many_those_that_are_known_are_left_out(self):
        def addresses(*values):
            return [Address(person=self.bea, kind="email", value=value) for value in values]

        before = set(Address.objects.values_list("value", flat=True))
        given = addresses("new@alpha.example", "bea@alpha.example", "other@alpha.example", "new@alpha.example")
        self.assertEqual((insert_new(given), insert_new(given), insert_new([])), (2, 0, 0))
        found = set(Address.objects.values_list("value", flat=True))
        self.assertEqual(found - before, {"new@alpha.example", "other@alpha.example"})


class QuestionTests(CastTestCase):
    def test_it_answers_what_the_queryset_answers_however_often_it_is_asked(self):
        def addresses(kind, person):
            return (
                Address.objects.select_related("person__organisation").filter(kind=kind, person=person).order_by("pk")
            )

        question = Question(addresses, str, int)
        firm = Organisation.objects.create(name="Alpha")
        Person.objects.filter(pk=self.bea.pk).update(organisation=firm, fields={"a": 1})
        for person in (self.bea, self.carl):
            expected = list(addresses("email", person.pk))
            with self.assertNumQueries(1):
                found = question("email", person.pk)
                about = [(one.person.name, one.person.organisation, one.person.fields) for one in found]
            self.assertEqual(found, expected)
            self.assertEqual(about, [(one.person.name, one.person.organisation, one.person.fields) for one in expected])
        self.assertIsNone(question.first("phone", self.carl.pk))
        with self.assertNumQueries(1):
            question("email", self.bea.pk)

    def test_columns_that_were_added_and_times_are_as_the_queryset_has_them(self):
        def early(number, at):
            return Ticket.objects.filter(pk=number, opened_at__lt=at).annotate(double=F("pk") * 2)

        question = Question(early, int, datetime)
        columns = Columns(lambda *values: early(*values).values_list(Value("x"), "double", "opened_at"), int, datetime)
        for at in (NOW, self.ticket.opened_at, self.ticket.opened_at + timedelta(seconds=1)):
            found, expected = (list(each(self.ticket.pk, at)) for each in (question, early))
            self.assertEqual([(one, one.double) for one in found], [(one, one.double) for one in expected])
            self.assertEqual(columns(self.ticket.pk, at), [("x", one.double, one.opened_at) for one in expected])

    def test_what_django_knows_to_be_empty_is_not_asked_for(self):
        question = Question(lambda number: Ticket.objects.filter(pk=number, team__in=[]), int)
        with self.assertNumQueries(0):
            self.assertEqual(question(self.ticket.pk), [])


class ChangeTests(CastTestCase):
    def test_it_writes_only_where_the_row_is_still_as_it_says(self):
        def later(number, until):
            return Ticket.objects.filter(pk=number, due_at__gt=until), {"due_at": until, "excerpt": "soon"}

        change, other = Change(later, int, datetime), NOW.replace(hour=11)
        for until, number in ((other, 1), (NOW, 1), (other, 0), (NOW, 0)):
            with self.subTest(until=until), self.assertNumQueries(1):
                self.assertEqual(change(self.ticket.pk, until), number)
        found = Ticket.objects.get(pk=self.ticket.pk)
        self.assertEqual((found.due_at, found.excerpt), (NOW, "soon"))


class SetColumnsTests(CastTestCase):
    def test_only_these_columns_of_this_row_are_written(self):
        other = Person.objects.get(pk=self.carl.pk)
        set_columns(self.bea, name="B.", fields={"a": 1}, organisation=None, merged_into=self.carl)
        found = Person.objects.get(pk=self.bea.pk)
        self.assertEqual((found.name, found.fields, found.merged_into), ("B.", {"a": 1}, self.carl))
        self.assertEqual(columns(Person.objects.get(pk=self.carl.pk)), columns(other))

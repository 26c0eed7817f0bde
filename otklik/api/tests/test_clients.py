"""Clients over the API."""

from otklik.clients.models import Address, ClientField, Person, identify

from .cast import ApiTestCase


class ClientTests(ApiTestCase):
    def test_the_newest_come_first_and_pages_follow(self):
        first = self.get("clients?limit=1")
        self.assertEqual(first["items"][0]["name"], "Carl Lukin")
        second = self.get(f"clients?limit=1&cursor={first['next']}")
        self.assertEqual(second["items"][0]["organisation"]["name"], "Alpha Supply")

    def test_a_client_is_found_by_an_address_however_it_is_spelled(self):
        Address.objects.create(person=self.bea, kind="phone", value="+78312000001")
        for address in ("BEA@alpha.example", "8 831 200-00-01", "%2B7 831 200-00-01"):
            with self.subTest(address):
                self.assertEqual([row["id"] for row in self.get(f"clients?address={address}")["items"]], [self.bea.pk])
        self.assertEqual(self.get(f"clients?organisation={self.alpha.pk}")["items"][0]["id"], self.bea.pk)

    def test_a_merged_client_is_gone(self):
        self.bea.absorb(self.carl, by=self.ana)
        self.assertEqual(self.refusal("GET", f"clients/{self.carl.pk}"), (404, "not_found"))
        self.assertEqual(len(self.get(f"clients/{self.bea.pk}")["addresses"]), 2)

    def test_a_list_costs_the_same_whoever_stands_on_it(self):
        for n in range(10):
            identify("email", f"p{n}@alpha.example")
        self.get("clients")
        with self.assertNumQueries(4):  # company, token, people, addresses
            self.assertEqual(len(self.get("clients")["items"]), 12)

    def test_a_client_is_made_known_with_all_addresses(self):
        ClientField.objects.create(key="contract", label="Contract")
        made = self.post(
            "clients",
            {
                "name": "Egor Titov",
                "addresses": [{"value": "Egor@Alpha.example"}, {"kind": "phone", "value": "8 831 200-00-02"}],
                "note": "Calls late.",
                "fields": {"contract": "17/2"},
            },
        )
        self.assertEqual([row["value"] for row in made["addresses"]], ["egor@alpha.example", "+78312000002"])
        self.assertEqual((made["note"], made["fields"]), ("Calls late.", {"contract": "17/2"}))
        self.assertEqual(made["organisation"]["name"], "Alpha Supply")

    def test_what_cannot_be_is_refused_and_leaves_nothing(self):
        before = Person.objects.count()
        taken = {"name": "Bea", "addresses": [{"value": "new@new.example"}, {"value": "bea@alpha.example"}]}
        self.assertEqual(self.refusal("POST", "clients", taken), (409, "address_taken"))
        good = {"name": "New", "addresses": [{"value": "new@new.example"}]}
        for change, field in (
            ({"addresses": []}, "addresses"),
            ({"addresses": [{"value": "nonsense"}]}, "addresses.0.value"),
            ({"organisation": 999}, "organisation"),
            ({"fields": {"no": 1}}, "fields.no"),
        ):
            with self.subTest(change):
                answer = self.ask("POST", "clients", good | change)
                self.assertEqual((answer.status_code, list(answer.json()["fields"])), (422, [field]))
        self.assertEqual(Person.objects.count(), before)


class OrganisationTests(ApiTestCase):
    def test_organisations_are_listed_and_read(self):
        listed = self.get("organisations")["items"]
        self.assertEqual([row["name"] for row in listed], ["Alpha Supply"])
        self.assertEqual(self.get(f"organisations/{self.alpha.pk}")["domain"], "alpha.example")
        self.assertEqual(self.refusal("GET", "organisations/999"), (404, "not_found"))

"""Side conversations over the API."""

from otklik.api.tests.cast import ApiTestCase
from otklik.tickets.models import Message


class AsideTests(ApiTestCase):
    def ask_third_party(self, **rest: object) -> dict:
        wanted = {"to": ["zoya@parts.example"], "subject": "A drum", "text": "On stock?", "waits": True}
        return self.post(f"tickets/{self.ticket.pk}/asides", wanted, **rest)

    def test_one_is_begun_once_goes_on_and_ends(self) -> None:
        letter = self.ask_third_party(key="drum")
        self.assertEqual(self.ask_third_party(key="drum")["id"], letter["id"])
        self.assertTrue(letter["is_note"])
        again = self.post(f"asides/{letter['aside']}/messages", {"text": "Still?"})
        self.assertEqual([each["address"] for each in again["deliveries"]], ["zoya@parts.example"])
        said = self.get(f"asides/{letter['aside']}/messages")["items"]
        self.assertEqual([each["text"] for each in said], ["Still?", "On stock?"])
        self.assertFalse(self.patch(f"asides/{letter['aside']}", {"is_open": False})["is_open"])
        row = self.get(f"tickets/{self.ticket.pk}/asides")["items"][0]
        self.assertEqual((row["subject"], row["is_open"], row["opened_by"]["name"]), ("A drum", False, "Ana Belova"))
        self.assertEqual(self.get(f"tickets/{self.ticket.pk}")["state"], "waiting_third_party")

    def test_the_client_is_no_third_party(self) -> None:
        wanted = {"to": ["bea@alpha.example"], "subject": "A drum", "text": "On stock?"}
        refusal = self.refusal("POST", f"tickets/{self.ticket.pk}/asides", wanted)
        self.assertEqual(refusal, (422, "not_a_third_party"))
        self.assertFalse(Message.objects.exclude(aside=None).exists())

from django.urls import reverse

from otklik.operate.greeting import SIGN_IN, greeting
from otklik.testing import CastTestCase


class GreetingTests(CastTestCase):
    def test_its_link_signs_the_administrator_in(self):
        self.assertEqual(reverse("one_time_link"), SIGN_IN)
        token = greeting().partition(f"{SIGN_IN}?token=")[2].split()[0]
        self.client.post(SIGN_IN, {"token": token})
        self.assertEqual(self.client.get(reverse("desk:home")).context["member"], self.admin)

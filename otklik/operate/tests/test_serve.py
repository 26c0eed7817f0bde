import socket
from contextlib import redirect_stdout
from io import StringIO

from django.test import SimpleTestCase

from otklik.config.environment import BadConfiguration
from otklik.serve import LOOK_AGAIN, Greeting, refuse_taken


class GreetingTests(SimpleTestCase):
    def test_it_waits_for_every_place_and_is_said_once(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
            greeting = Greeting("Welcome.\n", [first.getsockname(), second.getsockname()])
            second.close()
            with redirect_stdout(StringIO()) as out:
                self.assertEqual(greeting(), LOOK_AGAIN)
                self.assertEqual(out.getvalue(), "")
                with socket.create_server(greeting.places[1]):
                    self.assertIsNone(greeting())
                    self.assertIsNone(greeting())
        self.assertEqual(out.getvalue(), "Welcome.\n")


class DoorTests(SimpleTestCase):
    def test_a_taken_port_is_refused_with_the_setting_that_moves_it(self) -> None:
        said = self.assertRaisesRegex(BadConfiguration, "another port with OTKLIK_PORT")
        with socket.create_server(("127.0.0.1", 0)) as taken, said:
            refuse_taken("OTKLIK_PORT", taken.getsockname())

    def test_a_free_port_is_fine_and_left_free(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            place = server.getsockname()
        refuse_taken("OTKLIK_PORT", place)
        refuse_taken("OTKLIK_PORT", place)

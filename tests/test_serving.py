import signal
import urllib.request

import pytest
from django.test import SimpleTestCase

from tests.installation import Installation, eventually

pytestmark = pytest.mark.processes
PROGRAMS = ("web", "worker", "intake")


class ServingTests(SimpleTestCase):
    def installation(self) -> Installation:
        installation = Installation()
        installation.__enter__()
        self.addCleanup(installation.__exit__)
        return installation

    def test_one_command_makes_an_empty_home_serve_and_says_where(self) -> None:
        here = self.installation()
        here.serve("--prepare", "--empty")
        with urllib.request.urlopen(f"http://127.0.0.1:{here.web_port}/") as answer:
            self.assertEqual(answer.status, 200)
        self.assertTrue(eventually(lambda: f"127.0.0.1:{here.intake_port}" in here.said.read_text()))
        self.assertTrue(eventually((here.home / "worker.pulse").exists))

    def test_whichever_program_is_killed_is_there_again(self) -> None:
        here = self.installation()
        here.migrate()
        here.serve()
        killed = {program: here.kill(program) for program in PROGRAMS}
        self.assertTrue(eventually(lambda: all(here.pid_of(one) not in (None, killed[one]) for one in PROGRAMS)))
        self.assertTrue(eventually(here.is_serving))

    def test_it_stops_when_asked_and_leaves_the_ports(self) -> None:
        here = self.installation()
        here.migrate()
        here.serve()
        self.assertEqual(here.stop(), 0)
        here.serve()

    def test_a_supervisor_killed_at_once_leaves_no_program_behind(self) -> None:
        here = self.installation()
        here.migrate()
        here.serve()
        here.supervisor.send_signal(signal.SIGKILL)
        here.supervisor.wait()
        self.assertTrue(eventually(lambda: not here.is_serving(), within=5))
        here.serve()

"""What a trial prints is in one language, with its numbers declined."""

from django.test import SimpleTestCase
from django.utils.translation import override

from otklik.simulation.printing import lines
from otklik.simulation.report import Kept, Report


def report(requests: int, unanswered: int, still_open: int) -> Report:
    kept = [Kept("Support", "First answer", 1, 0)]
    return Report(requests, unanswered, still_open, kept, waiting=(), load=(), escalations={}, rules=0, latest=())


class PrintingTests(SimpleTestCase):
    def said(self, language: str, *counts: int) -> list[str]:
        with override(language):
            return list(lines(report(*counts)))

    def test_numbers_are_declined(self):
        self.assertEqual(self.said("en", 2, 1, 0)[:2], ["2 requests came.", "1 was not answered by a person."])
        self.assertEqual(self.said("en", 1, 0, 2)[1], "2 were still open at the end, and not late.")
        said = [line for count in (21, 22, 25) for line in self.said("ru", count, count, count)[:3]]
        self.assertEqual(said, [
            "Поступило 21 обращение.",
            "Без ответа сотрудника осталось 21.",
            "К концу ещё открыто и не просрочено: 21.",
            "Поступило 22 обращения.",
            "Без ответа сотрудника осталось 22.",
            "К концу ещё открыто и не просрочено: 22.",
            "Поступило 25 обращений.",
            "Без ответа сотрудника осталось 25.",
            "К концу ещё открыто и не просрочено: 25.",
        ])  # fmt: skip

    def test_headings_are_in_the_language_of_the_names(self):
        heads = self.said("ru", 1, 0, 0)[2]
        self.assertEqual(heads.split(), ["соглашение", "норматив", "вовремя", "с", "опозданием", "%"])

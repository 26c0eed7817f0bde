"""The Russian texts keep what programs put into them, and are set as Russian is set."""

import re
from pathlib import Path

import polib
from django.test import SimpleTestCase
from django.utils.translation import ngettext, override

PO = Path(__file__).resolve().parents[1] / "otklik" / "locale" / "ru" / "LC_MESSAGES" / "django.po"
PARTS = re.compile(r"%%?\(\w+\)[sd]|<[^>]+>|\{\w+\}")


def pairs():
    """Every text beside each of its translations; of plurals the last English form, which names all that is counted."""
    for entry in polib.pofile(str(PO)).translated_entries():
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            yield entry.msgid_plural or entry.msgid, text


class RussianTests(SimpleTestCase):
    def test_names_in_a_text_and_its_markup_stay(self) -> None:
        lost = [each for each in pairs() if sorted(PARTS.findall(each[0])) != sorted(PARTS.findall(each[1]))]
        self.assertEqual(lost, [])

    def test_quotes_are_russian(self) -> None:
        texts = [russian for _english, russian in pairs()]
        self.assertEqual([text for text in texts if re.search('["“”’]', re.sub("<[^>]+>", "", text))], [])

    def test_nothing_shouts(self) -> None:
        greeting = re.compile("Здравствуйте[^!]*!")
        self.assertEqual([russian for _english, russian in pairs() if "!" in greeting.sub("", russian)], [])

    def test_numbers_are_counted_as_russian_counts(self) -> None:
        with override("ru"):
            told = [
                ngettext("%(count)s ticket was changed.", "%(count)s tickets were changed.", count) % {"count": count}
                for count in (1, 3, 5, 11, 21)
            ]
        self.assertEqual(
            told,
            [
                "Изменено 1 обращение.",
                "Изменено 3 обращения.",
                "Изменено 5 обращений.",
                "Изменено 11 обращений.",
                "Изменено 21 обращение.",
            ],
        )

from django.test import SimpleTestCase

from otklik.channels.email.quotes import CUT_LINES, split
from otklik.lib.html import QUOTE_BEGINS, QUOTE_ENDS
from otklik.testing import growth

US = "Поддержка <support@shop.example>"
TAILS = {
    "Gmail, Russian": f"пн, 5 мая 2025 г. в 12:00, {US}:\n\n> Добрый день!\n> Проверили.",
    "Gmail, English": (
        "On Mon, May 5, 2025 at 12:00 PM Support\n<support@shop.example> wrote:\n\n> Hello,\n>\n> done."
    ),
    "Thunderbird, Russian": "05.05.2025 12:00, Поддержка пишет:\n> Добрый день!",
    "Thunderbird, English": "On 05/05/2025 12:00, Support wrote:\n> Hello",
    "Yandex": '05.05.2025, 12:00, "Поддержка" <support@shop.example>:\n\n> Добрый день!',
    "Mail.ru": f"Понедельник, 5 мая 2025, 12:00 +03:00 от {US}:\n\n> Добрый день!",
    "Mail.ru, all of it marked": f">Понедельник, 5 мая 2025, 12:00 +03:00 от {US}:\n>\n>Добрый день!",
    "Apple, Russian": f"> 5 мая 2025 г., в 12:00, {US} написал(а):\n>\n> Добрый день!",
    "The Bat!": "Вы писали 5 мая 2025 г., 12:00:01:\n\n> Добрый день!",
    "Outlook, Russian": (
        f"________________________________\nОт: {US}\nОтправлено: 5 мая 2025 г. 12:00\n"
        "Кому: Беата\nТема: Заказ\n\nДобрый день!"
    ),
    "Outlook, English": (
        "From: Support <support@shop.example>\nSent: Monday, May 5, 2025 12:00\nTo: Bea\nSubject: Order\n\nHello"
    ),
    "old Outlook": "-----Исходное сообщение-----\nFrom: Support\nДобрый день!",
    "our own line": CUT_LINES["ru"] + "\n\nДобрый день!",
    "nothing but marks": "> Добрый день!\n>\n> Проверили.",
}
FORWARDED = "From: Bank <b@bank.example>\nDate: Mon\nSubject: x\nTo: y\n\nz"
WHOLE = {
    "no quote": "Добрый день!\n\nКогда приедет заказ?",
    "answers between the lines": "> Какой у вас номер?\n1042\n> А телефон?\n+7 831 200-00-17",
    "answers under an attribution": "05.05.2025 12:00, Поддержка пишет:\n> Какой номер?\n1042\n> Да?\nДа",
    "answers below all of our mail": f"05.05.2025 12:00, Поддержка пишет:\n> Да?\n> {CUT_LINES['ru']}\n>> Нет\n\nДа!",
    "nothing but a quote": "> Добрый день!\n> Проверили.",
    "forwarded": f"Смотрите:\n\n---------- Forwarded message ---------\n{FORWARDED}",
    "a colon is not a quote": "Встречаемся в 12:00:\n– склад\n– офис",
    "one header name is a word": "От: меня\nпривет",
}
SIGNATURES = (
    "-- \nБеата Мартен\n+7 831 200-00-17",
    "С уважением,\nБеата Мартен\nООО «Ромашка»",
    "С уважением, Беата",
    "Best regards,\nBea",
    "Отправлено с iPhone",
    "Отправлено из мобильного приложения Яндекс Почты",
    "Sent from my Galaxy",
    "Get Outlook for iOS",
)
SAID = (
    "-- \nБеата",
    "Добрый день.\n\nС уважением, Беата\n\nP.S. Когда привезёте",
    "Добрый день.\n\nС уважением,\nБеата\nА когда привезёте?",
    "С уважением отнеслись к нам на складе, спасибо.\nПривезите ещё.",
)


class SplittingTests(SimpleTestCase):
    def test_each_program_s_quote_is_folded(self) -> None:
        for program, tail in TAILS.items():
            with self.subTest(program):
                self.assertEqual(split(f"Спасибо, всё пришло.\n\n{tail}"), ("Спасибо, всё пришло.", tail))

    def test_what_is_not_a_tail_stays(self) -> None:
        for case, text in WHOLE.items():
            with self.subTest(case):
                self.assertEqual(split(text), (text, ""))

    def test_a_signature_is_folded_with_what_stands_below_it(self) -> None:
        tail = TAILS["Thunderbird, Russian"]
        for signature in SIGNATURES:
            with self.subTest(signature):
                self.assertEqual(split(f"Спасибо.\n\n{signature}"), ("Спасибо.", signature))
                self.assertEqual(split(f"Спасибо.\n\n{signature}\n\n{tail}"), ("Спасибо.", f"{signature}\n\n{tail}"))
                self.assertEqual(split(f"Спасибо.\n\n{tail}\n\n{signature}"), ("Спасибо.", f"{tail}\n\n{signature}"))

    def test_what_is_still_said_is_no_signature(self) -> None:
        for text in SAID:
            with self.subTest(text):
                self.assertEqual(split(text), (text, ""))

    def test_what_a_program_wrapped_is_folded_unless_something_stands_below(self) -> None:
        wrapped = f"Danke.\n{QUOTE_BEGINS}\nAm Mo. schrieb Support:\n{QUOTE_ENDS}"
        self.assertEqual(split(wrapped), ("Danke.", "Am Mo. schrieb Support:"))
        self.assertEqual(split(f"{wrapped}\nJa!"), ("Danke.\n\nAm Mo. schrieb Support:\n\nJa!", ""))

    def test_time_grows_with_the_lines_and_not_with_their_square(self) -> None:
        for line in ("> a\n", "05.05.2025 12:00, я пишет:\n", "12:00 " * 60 + "\n", "От: a\n"):
            with self.subTest(line[:10]):
                self.assertLess(growth(lambda much, line=line: split(line * much + "конец"), 1_500), 9)

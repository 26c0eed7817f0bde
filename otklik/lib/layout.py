"""What was meant by somebody who typed in the wrong layout: «ghbynth» is «принтер», «зкштеук» is “printer”."""

# cyrillic: it reads one keyboard as another
_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?' + "@#$^&|"
_YTSUKEN = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ," + '"№;:?/'
_TO_RUSSIAN = str.maketrans(_QWERTY, _YTSUKEN)
_TO_ENGLISH = str.maketrans(_YTSUKEN, _QWERTY)


def other_layout(text: str) -> str:
    """The same keys pressed on the other of the two layouts; the text itself if it has no letters of either.

    Most of its letters tell on which it was typed. That matters for signs: on one layout a comma is a comma, on the
    other the letter «б».
    """
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in text.lower())
    latin = sum("a" <= letter <= "z" for letter in text.lower())
    if not cyrillic and not latin:
        return text
    return text.translate(_TO_ENGLISH if cyrillic > latin else _TO_RUSSIAN)

"""Whether the translations are complete: every text of the code in every .po, none fuzzy, every .mo current.

    python tools/messages.py            says what is missing, ends with 1 if anything is
    python tools/messages.py --write    takes new texts up into the .po files and compiles the .mo files

English is the language of the texts themselves and has no file. Needs xgettext and msgmerge (package gettext).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "otklik"
LANGUAGES = ("ru",)


def collect(tree: Path) -> None:
    """Take the texts of `tree` up into its .po files."""
    languages = [word for language in LANGUAGES for word in ("-l", language)]
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "--no-obsolete",
        "--add-location",
        "file",
        *languages,
    ]
    ignored = [word for pattern in ("tests", "vendor", "demo/texts") for word in ("--ignore", pattern)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([*command, *ignored], cwd=tree, env=environment, check=True, capture_output=True)


def file(tree: Path, language: str, ending: str) -> Path:
    return tree / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


def keys(catalogue: polib.POFile) -> set[tuple[str | None, str, str]]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue if not entry.obsolete}


def meanings(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], object]:
    entries = catalogue.translated_entries()
    return {(one.msgctxt or None, one.msgid): dict(one.msgstr_plural) or one.msgstr for one in entries}


def complaints(language: str, fresh: Path) -> Iterator[str]:
    """What is wrong with one language's files, given a tree with freshly collected texts."""
    kept = file(ROOT / PACKAGE, language, "po")
    if not kept.exists():
        yield f"{language}: there is no {kept.relative_to(ROOT)}"
        return
    catalogue = polib.pofile(str(kept))
    wanted = keys(polib.pofile(str(file(fresh, language, "po"))))
    yield from (f"{language}: not in the file yet: {key[1]!r}" for key in sorted(wanted - keys(catalogue), key=str))
    yield from (f"{language}: no longer in the code: {key[1]!r}" for key in sorted(keys(catalogue) - wanted, key=str))
    yield from (f"{language}: fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries())
    yield from (f"{language}: not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries())
    compiled = file(ROOT / PACKAGE, language, "mo")
    if not compiled.exists() or meanings(polib.mofile(str(compiled))) != meanings(catalogue):
        yield f"{language}: {compiled.relative_to(ROOT)} is older than its .po; run tools/messages.py --write"


def check() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / PACKAGE
        shutil.copytree(ROOT / PACKAGE, fresh, ignore=shutil.ignore_patterns("__pycache__", "vendor", "*.mo"))
        (fresh / "locale").mkdir(exist_ok=True)
        collect(fresh)
        found = [line for language in LANGUAGES for line in complaints(language, fresh)]
    for line in found:
        print(line)
    return bool(found)


def write() -> int:
    (ROOT / PACKAGE / "locale").mkdir(exist_ok=True)
    collect(ROOT / PACKAGE)
    for language in LANGUAGES:
        polib.pofile(str(file(ROOT / PACKAGE, language, "po"))).save_as_mofile(
            str(file(ROOT / PACKAGE, language, "mo"))
        )
    return 0


if __name__ == "__main__":
    sys.exit(write() if sys.argv[1:] == ["--write"] else check())

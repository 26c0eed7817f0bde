"""Our own rules, those that a program can check. `python tools/house.py` checks every file that git knows.

Each rule carries lines that it must accept and lines that it must reject; they are run at every start, so a
rule that stopped working is noticed before it lets anything through.
"""

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Found = Iterator[tuple[int, str]]  # line number, what is wrong
FUNCTION_LINES = 40
MODULE_LINES = 400
TEMPLATE_LINES = 120
JS_LINES = 120
CSS_LINES = 300
VENDOR = "otklik/static/vendor"

BANNED_WORDS = {"manager", "helper", "helpers", "util", "utils", "handler", "processor"}
BANNED_NAMES = {"data", "info", "obj", "f"}
# Classes of Django's own that are named so, and somebody whose trade it is: a member's manager.
ALLOWED_NAMES = {"BaseUserManager", "Manager", "manager", "TELL_MANAGER"}
LANGUAGE = "\u0420\u0443\u0441\u0441\u043a\u0438\u0439"  # a language is always named in itself
CYRILLIC = re.compile("[\u0400-\u04ff]")
GETTEXT = {"_", *(start + end for start in ("gettext", "ngettext", "pgettext") for end in ("", "_lazy"))}


@dataclass(frozen=True)
class Rule:
    """`check` finds what is wrong in a file's text; `accepts` and `rejects` are its own examples."""

    name: str
    files: str  # a regular expression over the path from the root
    check: Callable[[str], Found]
    accepts: tuple[str, ...]
    rejects: tuple[str, ...]
    besides: str = "$^"  # paths that the rule leaves alone

    def covers(self, path: str) -> bool:
        return bool(re.search(self.files, path)) and not re.search(self.besides, path)


@lru_cache(maxsize=1)
def nodes_of(text: str) -> tuple[ast.AST, ...]:
    """The whole tree of a file; several rules ask for the same one, one after another."""
    return tuple(ast.walk(ast.parse(text)))


def longer_than(limit: int) -> Callable[[str], Found]:
    def check(text: str) -> Found:
        lines = len(text.splitlines())
        if lines > limit:
            yield limit + 1, f"{lines} lines; {limit} are the ceiling. Split it by noun."

    return check


def long_functions(text: str) -> Found:
    lines = text.splitlines()
    for node in nodes_of(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            reason = re.search(r"# long: \S", "\n".join(lines[node.lineno - 1 : node.body[0].lineno]))
            if length > FUNCTION_LINES and not reason:
                yield node.lineno, f"{node.name} has {length} lines; {FUNCTION_LINES} are the ceiling"


def names_of(text: str) -> Iterator[tuple[int, str]]:
    """Every name that a file gives: classes, functions, parameters, variables, attributes."""
    for node in nodes_of(text):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name


def banned_names(text: str) -> Found:
    for line, name in names_of(text):
        last = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|$", name)[-2:][0].lower()
        empty = name in BANNED_NAMES or last in BANNED_WORDS or re.search("[a-z]Service$", name)
        if empty and name not in ALLOWED_NAMES:
            yield line, f"“{name}” says nothing; name what it is"


def new_rows(function: ast.AST) -> set[str]:
    """Variables of a function that hold a row made there: ``ticket = Ticket(…)``, ``member = self.model(…)``."""
    made = set()
    for node in ast.walk(function):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=maker))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=maker))
            ):
                if re.search(r"(^|\.)([A-Z]\w*|cls|model)$", ast.unparse(maker)):
                    made.add(name)
    return made


def is_form(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any("Form" in ast.unparse(base) for base in node.bases)


def plain_saves(text: str) -> Found:
    """``.save()`` of anything but a row made in the same function, a form, a storage or super()."""
    nodes = nodes_of(text)
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    made = {call: fresh for function in functions if (fresh := new_rows(function)) for call in ast.walk(function)}
    in_forms = {call for form in nodes if is_form(form) for call in ast.walk(form)}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="save"), args=[], keywords=keywords):
                saved = ast.unparse(owner)
                told = {keyword.arg for keyword in keywords} & {"update_fields", "force_insert"}
                is_new = saved in made.get(node, ()) or (saved == "self" and node in in_forms)
                if not told and not is_new and not re.search(r"(super\(\)|form)$", saved):
                    yield (
                        node.lineno,
                        "a plain .save() overwrites what others changed; use a guarded update()",
                    )


def built_messages(source: str) -> Found:
    """A message for gettext is one literal: no f-string, no +, no %, no format."""
    for node in nodes_of(source):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in GETTEXT:
                texts = args[: 1 if name.startswith(("_", "g")) else 2]
                if any(isinstance(text, ast.JoinedStr | ast.BinOp | ast.Call) for text in texts):
                    yield node.lineno, "a message for translation must be one literal with named placeholders"


def unnamed_placeholders(text: str) -> Found:
    for node in nodes_of(text):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(message)), *_]) if name in GETTEXT:
                if re.search(r"(?<!%)(?:%%)*%[sd]|\{\}", message):
                    yield node.lineno, "a placeholder in a message must have a name"


def cyrillic(text: str) -> Found:
    """Marked lines may have them; a line ``# cyrillic: reason`` of its own frees a file that reads Russian."""
    if re.search("^# cyrillic: .", text, re.M):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if CYRILLIC.search(line.replace(LANGUAGE, "")) and "# cyrillic: " not in line:
            yield number, "Cyrillic letters belong in translations (or say why: “# cyrillic: reason”)"


def straight_quotes(text: str) -> Found:
    """Texts in templates use typographic quotes; attributes and tags are not texts."""
    for match in re.finditer(r"{% *(?:blocktranslate|translate) [^%]*%}", text):
        message = re.match(r"{% *translate +(\"[^\"]*\"|'[^']*')", match.group())
        if message and re.search(r"['\"]|\.\.\.| - ", message.group(1)[1:-1]):
            yield text.count("\n", 0, match.start()) + 1, "write “ ” ’ – … in texts that people read"


def silent_excepts(text: str) -> Found:
    for node in nodes_of(text):
        if isinstance(node, ast.ExceptHandler) and [type(line) for line in node.body] == [ast.Pass]:
            names = ast.unparse(node.type) if node.type else "everything"
            if names in ("everything", "Exception", "BaseException"):
                yield node.lineno, f"swallows {names} without a word"


def to_do(text: str) -> Found:
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b(?! ?\(?#\d)", line):
            yield number, "a note without an issue number is lost; write TODO #12, or do it"


SOURCE = r"^(otklik|tools|tests)/.*\.py$"
TESTS = r"(^|/)tests?/|/migrations/|^otklik/testing\.py"
LONG = "def work():\n" + "    go()\n" * FUNCTION_LINES
RULES = (
    Rule(
        "function",
        SOURCE,
        long_functions,
        accepts=("def work():\n    go()\n", LONG.replace("():", "():  # long: a table")),
        rejects=(LONG,),
        besides="/migrations/",
    ),
    Rule("module", SOURCE, longer_than(MODULE_LINES), ("\n" * 400,), ("\n" * 401,), besides="/migrations/"),
    Rule(
        "template",
        r"^otklik/.*/templates/.*\.(html|txt)$",
        longer_than(TEMPLATE_LINES),
        ("\n" * 120,),
        ("\n" * 121,),
    ),
    Rule("script", r"^otklik/.*\.js$", longer_than(JS_LINES), ("\n" * 120,), ("\n" * 121,), besides="/vendor/"),
    Rule(
        "style sheet",
        r"^otklik/.*\.css$",
        longer_than(CSS_LINES),
        ("\n" * 300,),
        ("\n" * 301,),
        besides="/vendor/",
    ),
    Rule(
        "name",
        SOURCE,
        banned_names,
        accepts=("ticket = 1", "def assign_to(member): ...", "mail.data", "objects = models.Manager()"),
        rejects=(
            "data = 1",
            "class TicketManager: ...",
            "def helper(): ...",
            "def x(info): ...",
            "for f in []: ...",
        ),
        besides="/migrations/",
    ),
    Rule(
        "save",
        SOURCE,
        plain_saves,
        accepts=(
            "ticket.save(update_fields=['x'])",
            "form.save()",
            "class A(forms.ModelForm[B]):\n    def keep(self):\n        self.save()",
            "super().save()",
            "self.form.save()",
            "default_storage.save(name, file)",
            "row.save(force_insert=True)",
            "def create(self):\n    member: Member = self.model(x=1)\n    member.save()",
        ),
        rejects=(
            "ticket.save()",
            "self.save()",
            "Ticket(x=1).save()",
            "ticket.save(using='x')",
            "def x():\n    t = a.get()\n    t.save()",
        ),
        besides=TESTS,
    ),
    Rule(
        "message",
        SOURCE,
        built_messages,
        accepts=('_("Hello, %(name)s.") % {"name": x}', 'ngettext("%(n)s day", "%(n)s days", n)', "_(text)"),
        rejects=('_(f"Hello, {x}")', '_("a" + "b")', '_("a %s" % x)', '_("a {n}".format(n=1))'),
        besides=TESTS,
    ),
    Rule(
        "placeholder",
        SOURCE,
        unnamed_placeholders,
        accepts=('_("%(n)s tickets")', '_("100 %")', 'log("%s")', '_("50%% sure")'),
        rejects=('_("%s tickets")', '_("{} x")'),
        besides=TESTS,
    ),
    Rule(
        "cyrillic",
        r"^(otklik|tools|bin|\.ci)/.*\.(py|html|js|css|toml|sh)$|^bin/",
        cyrillic,
        accepts=("hello", "pattern = '\u0430'  # cyrillic: a letter that looks Latin"),
        rejects=("x = '\u041f\u0440\u0438'",),
        besides=r"(^|/)tests?/|^otklik/(demo|locale)/|^otklik/testing\.py",
    ),
    Rule(
        "typography",
        r"\.html$",
        straight_quotes,
        accepts=('{% translate "Close" %}', '{% translate "It’s “so”…" as x %}'),
        rejects=('{% translate "It\'s so" %}', '{% translate "Wait..." %}'),
        besides=TESTS,
    ),
    Rule(
        "except",
        SOURCE,
        silent_excepts,
        accepts=("try: x()\nexcept OSError: pass", "try: x()\nexcept Exception: log()"),
        rejects=("try: x()\nexcept Exception: pass", "try: x()\nexcept: pass"),
    ),
    Rule(
        "to do",
        r"\.(py|html|js|css|sh|md)$",
        to_do,
        accepts=("TODO #12 later", "all"),
        rejects=("# TODO later",),
        besides=r"/vendor/|^tools/house\.py",
    ),
)


def self_test() -> Iterator[str]:
    for rule in RULES:
        yield from (f"rule {rule.name!r} rejects {text!r}" for text in rule.accepts if [*rule.check(text)])
        yield from (f"rule {rule.name!r} accepts {text!r}" for text in rule.rejects if not [*rule.check(text)])


def vendored(root: Path) -> Iterator[str]:
    """Third-party browser files: each is in the manifest with the very bytes that were reviewed."""
    manifest = root / VENDOR / "manifest.json"
    listed = {entry["path"]: entry for entry in json.loads(manifest.read_text())}
    present = {str(path.relative_to(manifest.parent)) for path in manifest.parent.rglob("*") if path.is_file()}
    for name in sorted(present - {"manifest.json"} | listed.keys()):
        entry, path = listed.get(name, {}), manifest.parent / name
        if lacks := [key for key in ("name", "version", "licence", "sha256") if not entry.get(key)]:
            yield f"{VENDOR}/{name}: the manifest lacks its {', '.join(lacks)}"
        elif not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            yield f"{VENDOR}/{name}: is not the file that the manifest names"


def tracked(root: Path) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listing.stdout.splitlines() if (root / path).is_file()]


def complaints(root: Path) -> Iterator[str]:
    for path in tracked(root):
        rules = [rule for rule in RULES if rule.covers(path)]
        text = (root / path).read_text("utf-8") if rules else ""
        for rule in rules:
            yield from (f"{path}:{line}: {rule.name}: {wrong}" for line, wrong in rule.check(text))
    yield from vendored(root)


def main() -> int:
    found = [*self_test()] or [*complaints(ROOT)]
    for line in found:
        print(line)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())

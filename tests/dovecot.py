"""A real Dovecot on free loopback ports, with everything of its own in a temporary folder."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from imaplib import IMAP4, Time2Internaldate
from pathlib import Path
from shutil import which
from tempfile import mkdtemp

import pytest

from otklik.lib.ports import answers
from tests.installation import eventually, free_port

ADDRESS = "support@demo.example"
PASSWORD = "пароль & “quotes”"
OWNER = "dovecot"  # Debian's account for it; who is not root runs it as themselves

pytestmark = [
    pytest.mark.mailserver,
    pytest.mark.skipif(not which("dovecot"), reason="Dovecot is not installed"),
]

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
mail_max_userip_connections = 30
mail_fsync = never
auth_failure_delay = 0
imap_capability = {capability}
{passdb}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
"""
BY_PASSWORD = """
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
"""
BY_TOKEN = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2
}}
"""


class Dovecot:
    """Use as a context. `capability` and `tokens_at` (an address that knows tokens) make it a special one."""

    def __init__(self, *, capability: str = "", tokens_at: str = "", certificate: tuple[bytes, bytes] | None = None):
        self.folder = Path(mkdtemp(prefix="otklik-dovecot-"))
        self.imap_port, self.imaps_port, self.pop3_port = free_port(), free_port(), free_port()
        self.capability = capability
        self.tokens_at = tokens_at
        self.certificate = certificate
        self.process: subprocess.Popen[bytes] | None = None
        self.delivered = 0

    def __enter__(self) -> "Dovecot":
        user = pwd.getpwnam(OWNER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.user = user
        for name, content in zip(("cert.pem", "key.pem"), self.certificate or (b"", b""), strict=True):
            (self.folder / name).write_bytes(content)
        oauth2 = f"tokeninfo_url = {self.tokens_at}\nusername_attribute = email\n"
        (self.folder / "oauth2").write_text(oauth2)
        (self.folder / "users").write_text(f"{ADDRESS}:{PASSWORD}\n")
        (self.folder / "dovecot.conf").write_text(self.configuration())
        for path in (self.folder, *self.folder.iterdir()):
            shutil.chown(path, user.pw_uid, user.pw_gid)
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._end(signal.SIGKILL)
        shutil.rmtree(self.folder)

    def configuration(self) -> str:
        passdb = BY_TOKEN if self.tokens_at else BY_PASSWORD
        return CONFIGURATION.format(
            folder=self.folder,
            user=self.user.pw_name,
            group=grp.getgrgid(self.user.pw_gid).gr_name,
            uid=self.user.pw_uid,
            gid=self.user.pw_gid,
            imap=self.imap_port,
            imaps=self.imaps_port,
            pop3=self.pop3_port,
            ssl="yes" if self.certificate else "no",
            mechanisms="xoauth2 oauthbearer" if self.tokens_at else "plain login",
            capability=self.capability,
            passdb=passdb.format(folder=self.folder),
        )

    def start(self) -> None:
        command = [which("dovecot") or "dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        owner = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said, process_group=0, **owner)
        if not eventually(lambda: answers(("127.0.0.1", self.imap_port)), within=10):
            told = [path.read_text() for path in (self.folder / "said", self.folder / "log") if path.exists()]
            raise AssertionError(f"Dovecot does not answer. It said:\n{' '.join(told)}")

    def stop(self) -> None:
        """In order, as a server is restarted; killed, it would leave locks that it later waits for."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process:
            os.killpg(self.process.pid, number)
            self.process.wait(10)
            self.process = None

    def client(self) -> IMAP4:
        client = IMAP4("127.0.0.1", self.imap_port, timeout=30)
        client.authenticate("PLAIN", lambda _challenge: f"\0{ADDRESS}\0{PASSWORD}".encode())
        return client

    def make_folder(self, name: str) -> None:
        with self.client() as client:
            client.create(name)

    def put(self, mails: Iterable[bytes], *, folder: str = "INBOX", at: float | None = None) -> None:
        date = Time2Internaldate(at if at is not None else time.time())
        with self.client() as client:
            for mail in mails:
                client.append(folder, None, date, mail)

    def deliver(self, mails: Iterable[bytes]) -> None:
        """As a mail server does it locally: files in the INBOX, without logging in; many are quick."""
        new = self.folder / "mail" / ADDRESS / "new"
        for path in (new.parent.parent, new.parent, new, new.parent / "cur", new.parent / "tmp"):
            path.mkdir(exist_ok=True)
            shutil.chown(path, self.user.pw_uid, self.user.pw_gid)
        for mail in mails:
            self.delivered += 1
            path = new / f"{int(time.time())}.{self.delivered:06}.demo.example"
            path.write_bytes(mail)
            shutil.chown(path, self.user.pw_uid, self.user.pw_gid)

    def count(self, folder: str = "INBOX", criterion: str = "ALL") -> int:
        with self.client() as client:
            client.select(folder, readonly=True)
            return len(client.search(None, criterion)[1][0].split())

    def waiting(self) -> int:
        """How many mails lie in INBOX, by its files: to ask by IMAP takes longer than to read hundreds of them."""
        return sum(len(os.listdir(self.folder / "mail" / ADDRESS / part)) for part in ("new", "cur"))

    def number_anew(self) -> None:
        """Make it forget the numbers of the mails in INBOX and begin with another UIDVALIDITY."""
        self.stop()
        for path in (self.folder / "mail" / ADDRESS).glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # the new one is made from the time in seconds
        self.start()

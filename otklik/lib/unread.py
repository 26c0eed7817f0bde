"""Addresses at which no person reads mail, told by their names."""

import re

_NOT_READ = re.compile(
    r"^(?:no|not|do-?not|dont|ne)[-_.]?(?:reply|otvechat)(?![a-z])"  # noreply_7@ is nobody, Noreplyer@ a name
    r"|^(?:mailer-daemon|postmaster|bounces?|owner|listserv|majordomo)\b"
    r"|-(?:owner|request|bounces?)$",
    re.IGNORECASE,
)


def nobody_reads(address: str) -> bool:
    return bool(_NOT_READ.search(address.rpartition("@")[0]))

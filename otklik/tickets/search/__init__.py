"""Finding tickets by what was said on them: words in any form, phrases, phone numbers, operators.

    parse (query.py)        what somebody typed, understood by itself
    conditions (operators.py)   what of it tickets are asked for
    write (spelling.py)     what of it the index is asked for, as FTS5 and as tsquery
    newest (store.py)       the newest documents that match
    find (finding.py)       the tickets behind them that somebody sees, in their order
    page_of (hits.py)       where the words stand in each

The index has texts as they were written; a word looked for is asked for in all its forms (lib/morphology.py).
It is kept by indexing.py. What it says is never shown: it only names messages, which are then asked for by
`visible_to`.
"""

from .finding import Found, find, narrow
from .hits import PAGE_SIZE, Hit, page_of
from .indexing import Index, index, index_due, mark, mark_all, mark_people, unread
from .marking import Piece
from .operators import BadQuery
from .query import parse
from .store import sweep, tidy

__all__ = [
    "PAGE_SIZE",
    "BadQuery",
    "Found",
    "Hit",
    "Index",
    "Piece",
    "find",
    "index",
    "index_due",
    "mark",
    "mark_all",
    "mark_people",
    "narrow",
    "page_of",
    "parse",
    "sweep",
    "tidy",
    "unread",
]

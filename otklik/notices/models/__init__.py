from .notice import (
    GATHERING,
    MAILED,
    PUSHED,
    Mailing,
    Notice,
    Switch,
    Topic,
    Wishes,
    is_mailed,
    is_pushed,
    mark_seen,
    switch,
)
from .subscription import Push, PushKey, Subscription

__all__ = [
    "GATHERING",
    "MAILED",
    "PUSHED",
    "Mailing",
    "Notice",
    "Push",
    "PushKey",
    "Subscription",
    "Switch",
    "Topic",
    "Wishes",
    "is_mailed",
    "is_pushed",
    "mark_seen",
    "switch",
]

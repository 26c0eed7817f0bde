"""The journal: one append-only table of what happened, which everything else reads and reacts to."""

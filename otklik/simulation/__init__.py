"""Trying a desk before it opens: its real rules, promises and ladders on a virtual clock, over made-up arrivals."""

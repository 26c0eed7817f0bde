"""Ready-made desks: the calendars, teams, agreements, rules and forms of services like many others.

Each is a module of this package that says in a page what such a desk has; `making.py` makes it once, in the company's
language, and leaves alone whatever is there under the same name.
"""

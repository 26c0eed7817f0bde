"""Telling members of staff what concerns them: in the desk, and by one mail when there is much of it."""

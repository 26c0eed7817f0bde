"""Rules: when something happens to a ticket, if it is so and so, then do this. Made by people, without code."""

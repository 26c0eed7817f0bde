"""Which team gets a ticket, who of the team, and what happens while nobody can take it."""

"""What is to be done on a ticket, by whom and when, and how long it took."""

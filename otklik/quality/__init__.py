"""Surveys: what clients are asked about our service, when, how they answer, and what their answers come to."""

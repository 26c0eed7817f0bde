"""Webhooks: what rules tell other programs, by signed HTTP calls."""

"""Approvals: a change of state that waits until those who have to agree have agreed."""

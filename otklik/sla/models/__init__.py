"""What is promised to whom, and the clocks that run."""

from .clock import Clock, Run
from .ladder import Rung, Step
from .policy import Metric, Policy, Target

__all__ = ["Clock", "Metric", "Policy", "Run", "Rung", "Step", "Target"]

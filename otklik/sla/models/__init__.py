"""What is promised to whom, and the clocks that run."""

from .callback import Call, Callback
from .clock import Clock, Run
from .ladder import Rung, Step
from .policy import Metric, Policy, Target

__all__ = ["Call", "Callback", "Clock", "Metric", "Policy", "Run", "Rung", "Step", "Target"]

import sys
from typing import Any

from django.core.management.base import BaseCommand

from otklik.operate.checkup import Finding, Level, findings


class Command(BaseCommand):
    help = "Say what is configured, what answers and what does not; ends with 1 if anything has failed."

    def handle(self, **options: Any) -> None:
        levels = [self.tell(finding) for finding in findings()]
        if Level.FAILED in levels:
            sys.exit(1)

    def tell(self, finding: Finding) -> Level:
        paint = {Level.OK: self.style.SUCCESS, Level.WARNING: self.style.WARNING, Level.FAILED: self.style.ERROR}
        width = max(len(str(level.value)) for level in Level)
        self.stdout.write(f"{paint[finding.level](str(finding.level.value).ljust(width))}  {finding.text}")
        if finding.advice:
            self.stdout.write(f"{'':{width}}  → {finding.advice}")
        return finding.level

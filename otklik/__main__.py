"""``python -m otklik``."""

import sys

from otklik.cli import main

sys.exit(main())

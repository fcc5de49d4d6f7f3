"""`python -m liuke` is the `liuke` command."""

import sys

from liuke.run.cli import main

sys.exit(main())

#!/usr/bin/env python
"""Django's own command, for those who look for it; `liuke` does all of this and more."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
execute_from_command_line(sys.argv)

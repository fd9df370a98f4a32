#!/usr/bin/env python
"""Django's command line: `studio` starts everything, `compose` makes one song."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "codecraft.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is not installed here: run `make run`, or activate .venv first.") from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"A setting cannot be used: {error}") from error


if __name__ == "__main__":
    main()

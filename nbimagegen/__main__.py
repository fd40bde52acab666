"""`python -m nbimagegen` is the command line."""

import sys

from nbimagegen.cli import main

sys.exit(main())

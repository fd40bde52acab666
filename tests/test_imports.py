"""What is heavy is imported when it is first used: by name, since times depend on the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

NETWORK = {"httpx", "httpcore", "anyio", "truststore"}
PICTURES = {"PIL", "numpy"}
TABLES = {"pandas", "polars"}
WIDGETS = {"anywidget", "ipywidgets", "traitlets", "IPython"}
HISTORY = {"sqlite3", "filelock", "platformdirs", "ulid"}
CATALOGUE = {"tomllib", "tomli"}
WAITING = {"asyncio", "ssl", "tenacity"}
BEFORE_A_SESSION = NETWORK | PICTURES | TABLES | WIDGETS | HISTORY | CATALOGUE | WAITING
BEFORE_A_PICTURE = NETWORK | PICTURES | TABLES


@pytest.mark.parametrize(
    ("line", "heavy"),
    {
        "import nbimagegen": BEFORE_A_SESSION,
        "from nbimagegen import Session": BEFORE_A_SESSION,
        "from nbimagegen import Budget, errors": BEFORE_A_SESSION - WAITING,
        "from nbimagegen import Picture, from_image": BEFORE_A_PICTURE | WIDGETS,
        "import nbimagegen; nbimagegen.Session('otters')": BEFORE_A_PICTURE | WIDGETS,
        "from nbimagegen import ImageStudio": BEFORE_A_PICTURE,
    }.items(),
)
def test_what_is_heavy_is_not_imported_before_it_is_used(line, heavy):
    code = f"{line}\nimport sys\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & set(told.stdout.split()) == set()

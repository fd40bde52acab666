"""A real LiteLLM proxy on the loopback, in front of emulated gateways."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.emulator import Emulator

HERE = Path(__file__).resolve().parent
PROGRAM = HERE.parent.parent / ".venv-peers/bin/litellm"
KEY, UPSTREAM_KEY = "sk-test-litellm", "sk-test-upstream"
PATIENCE = 180.0  # seconds: it imports for long on a slow machine
SILENT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}


@dataclass(frozen=True)
class Proxy:
    """A running proxy.

    Attributes:
        url: Its origin.
        dialled: The file in which the addresses stand that it has dialled, one a line.
        log: What it prints, a line for each request among it.
    """

    url: str
    dialled: Path
    log: Path

    @property
    def base_url(self) -> str:
        """The address that a client is configured with."""
        return f"{self.url}/v1"

    @property
    def posts(self) -> int:
        """How many orders it has had; what it asks for behind it may be more, since it retries by itself."""
        return self.log.read_text().count('"POST /v1/')


@contextmanager
def running(folder: Path, models: Mapping[str, tuple[str, Emulator]]) -> Iterator[Proxy]:
    """Start LiteLLM with models, each as LiteLLM names it and where it is; nothing is left at the end."""
    port, notes, log = _free_port(), folder / "dialled", folder / "litellm.log"
    notes.touch()
    config = folder / "config.yaml"
    config.write_text(json.dumps(_config(models)))  # JSON is YAML
    address = ("--host", "127.0.0.1", "--port", str(port))
    command = [PROGRAM, "--config", config, *address, "--telemetry", "False"]
    environment = {**os.environ, **SILENT, "PYTHONPATH": str(HERE / "guard"), "PEER_DIALLED": str(notes)}
    with (
        log.open("w") as said,
        subprocess.Popen(
            command, stdout=said, stderr=said, env=environment, cwd=folder, start_new_session=True
        ) as process,
    ):
        try:
            proxy = Proxy(f"http://127.0.0.1:{port}", notes, log)
            _wait_until_up(proxy, process)
            yield proxy
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)


def _config(models: Mapping[str, tuple[str, Emulator]]) -> dict[str, object]:
    listed = [
        {
            "model_name": name,
            "litellm_params": {
                "model": model,
                "api_base": emulator.base_url,
                "api_key": UPSTREAM_KEY,
            },
        }
        for name, (model, emulator) in models.items()
    ]
    return {
        "model_list": listed,
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"num_retries": 0, "telemetry": False},
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
    }


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait_until_up(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{proxy.url}/health/liveliness").is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(f"LiteLLM did not start. {proxy.log.read_text()[-2_000:]}")

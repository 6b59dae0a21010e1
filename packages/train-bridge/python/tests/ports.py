"""Ports for servers and processes that are to listen at one that is known before."""

from __future__ import annotations

import random
import socket

# Whoever asks the system for any port gets one from 32768 on: between the choice and the use nobody is given one of these.
_PORTS = range(20_000, 32_000)
_chance = random.SystemRandom()


def find_port() -> int:
    """A port of this machine that nobody listens at."""
    while True:
        port = _chance.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

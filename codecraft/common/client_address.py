"""The address a request truly comes from, behind any number of proxies that we trust."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_address(text: str) -> Address | None:
    """An address out of "1.2.3.4", "1.2.3.4:80", "[::1]:80" or "::ffff:1.2.3.4"; None when it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in trusted)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Walk X-Forwarded-For from the right as long as the speaker is a trusted proxy.

    What stands left of the first stranger was written by that stranger, and proves nothing.
    """
    address = parse_address(peer)
    for hop in reversed(forwarded_for.split(",")):
        if not is_trusted(address, trusted):
            break
        nearer = parse_address(hop)
        if nearer is None:
            break
        address = nearer
    return str(address) if address is not None else "unknown"

"""Decide which addresses may be fetched: hosts, ports and IP addresses, without asking anyone. Pure."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

import idna

# The special-purpose registries of IANA, and what clouds keep behind public-looking addresses. First match names it.
_V4 = [
    (ip_network(block), reason)
    for block, reason in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
]
_V6 = [
    (IPv6Network(block), reason)
    for block, reason in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("fd00:ec2::/32", "a cloud's own service"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
]
_GLOBAL_V6 = IPv6Network("2000::/3")
_OWN_NETWORK = frozenset({"private", "loopback"})

# Ports that speak something else than HTTP, where a request could do harm: the list of the Fetch standard.
_BAD_PORTS = frozenset(
    {
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
        110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
        531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
        5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9200, 9300, 10080, 11211, 27017,
    }
)  # fmt: skip
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_QUAD = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")


class AddressNotAllowed(ValueError):
    """Report a URL, host, port or address that is not to be asked; the message says why."""


class Host(NamedTuple):
    """Hold a host as it is asked for: a name in ASCII without a final dot, or an address as text."""

    name: str
    is_address: bool


def why_blocked(address: str, allow_private: bool = False) -> str | None:
    """Say why an address may not be connected to, None when it may; `allow_private` lifts private and loopback."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "not an address"
    reason = _blocked_v4(ip) if isinstance(ip, IPv4Address) else _blocked_v6(ip)
    return None if allow_private and reason in _OWN_NETWORK else reason


def _blocked_v4(ip: IPv4Address) -> str | None:
    return next((reason for block, reason in _V4 if ip in block), None)


def _blocked_v6(ip: IPv6Address) -> str | None:
    if ip.scope_id is not None:
        return "an address with a zone"
    for block, reason in _V6:
        if ip in block:
            return reason
    if ip not in _GLOBAL_V6:
        return "not global"
    if (int(ip) >> 32) & 0xFDFFFFFF == 0x00005EFE and _blocked_v4(IPv4Address(int(ip) & 0xFFFFFFFF)):
        return "ISATAP"
    return None


def read_host(text: str) -> Host:
    """Return the host of a URL in its one spelling; raises AddressNotAllowed.

    Names go through IDNA (UTS 46), so full-width digits and odd dots show what they are. An IPv4 address is written as
    four plain decimal numbers or not at all: browsers and C libraries read octal, hexadecimal and short forms, each a
    little differently, and no honest link uses them.
    """
    if text.startswith("["):
        return Host(_read_v6(text), True)
    name = _ascii(text.lower()).removesuffix(".")
    labels = name.split(".")
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressNotAllowed("the host is not a name")
    if not _NUMBER.fullmatch(labels[-1]):
        return Host(name, False)
    if not _QUAD.fullmatch(name) or any(int(label) > 255 for label in labels):
        raise AddressNotAllowed("an odd spelling of an address")
    return Host(name, True)


def _read_v6(text: str) -> str:
    if not text.endswith("]") or "%" in text:
        raise AddressNotAllowed("the host is not an address")
    try:
        return IPv6Address(text[1:-1]).compressed
    except ValueError:
        raise AddressNotAllowed("the host is not an address") from None


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    try:  # labels that IDNA 2008 forbids, but UTS 46 still maps to plain ASCII
        mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    except (idna.IDNAError, UnicodeError):
        raise AddressNotAllowed("the host is not a name") from None
    if not mapped.isascii():
        raise AddressNotAllowed("the host is not a name")
    return mapped


def read_port(scheme: str, port: int | None) -> int:
    """Return the port to ask, by default the scheme's; raises AddressNotAllowed for another protocol's."""
    if port is None:
        return 443 if scheme == "https" else 80
    if port in _BAD_PORTS:
        raise AddressNotAllowed(f"port {port} is not a web server's")
    return port

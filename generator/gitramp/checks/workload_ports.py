"""The ports on which a service's pods listen, told from the port of its Service.

Owns the wording; "" means that a port is fine. Must not know what the port is said for.
"""

from __future__ import annotations

from gitramp.model import Service


def port_fault(service: Service, number: int) -> str:
    """Say why a policy on this port could never act: policies see the port of the pods, not that of the Service."""
    if not 1 <= number <= 65535:
        return f"{number} is no port number from 1 to 65535"
    every = [port for track in service.tracks.values() for port in track.every_port]
    listened = {port.port for port in every}
    if number not in listened and any(port.offered == number for port in every):
        ports = ", ".join(str(port) for port in sorted(listened))
        return f"{number} is the Service's port; the pods listen on {ports}"
    return ""

"""The keys of the file as a whole, explained: version, deployment, endpoints, reclamation."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.complete.key_help import KeyShape, key

_MAP, _LIST = KeyShape.MAPPING, KeyShape.ITEMS

FILE_KEYS: Final = (
    key("version", "Which rules apply. 2.1 adds up equal profiles in a placement.", "in quotes", 'version: "2.0"',
        '"2.0" "2.1"'),
    key("include", "Files that other tools put in; Akash itself ignores it.", "a list", "", "", _LIST),
    key("deployment", "What runs where, and how often.", "", "deployment:", "", _MAP),
    key("deployment.*", "A service that runs, by its name in services.", "", "web:", "", _MAP),
    key("deployment.*.*", "Where it runs, by the name of a placement.", "", "akash:", "", _MAP),
    key("deployment.*.*.profile", "What each replica gets.", "the name of a compute profile", "profile: web"),
    key("deployment.*.*.count", "How many replicas run.", "a whole number", "count: 1"),
    key("endpoints", "Leased IP addresses; each costs extra.", "", "endpoints:", "", _MAP),
    key("endpoints.*", "A leased IP; its name is yours, and expose uses it.", "", "shared:", "", _MAP),
    key("endpoints.*.kind", "A leased IP is the only kind.", "ip", "kind: ip", "ip"),
    key("reclamation", "How long before it takes a machine back a provider must give notice.", "", "reclamation:", "",
        _MAP),
    key("reclamation.min_window", "The least notice.", "a duration: 90s, 30m, 24h", "min_window: 24h"),
)  # fmt: skip

"""Explanations about the file as a whole: YAML, version, sections, deployment, endpoints."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import WHOLE, entry

_IP = "        to:\n          - global: true\n            ip: shared\n"
_TO = "        to:\n          - global: true\n"
_END = "      count: 1\n"
_ENDPOINT = f"{_END}endpoints:\n  shared:\n    kind: ip\n"

FILE: Final = (
    entry(
        "yaml.syntax",
        "Not valid YAML",
        "The text does not follow YAML's rules, so nothing in it can be read. Tabs as "
        "indentation, a missing space after a colon and unclosed quotes are the usual causes.",
        "    image: nginx:1.27\n",
        "\timage: nginx:1.27\n",
    ),
    entry(
        "yaml.encoding",
        "Not UTF-8",
        "The file holds bytes or characters that are not UTF-8 text.",
        "MODE=fast",
        "MODE=\ud800",
    ),
    entry("yaml.nul", "A NUL byte", "A NUL byte means that this is not a text file.", "MODE=fast", "MODE=\0"),
    entry(
        "yaml.too-large",
        "Too large",
        "An SDL has at most a few hundred lines. A much larger file is something else, and is "
        "not read, so that it cannot block the program.",
        "      - MODE=fast\n",
        "      - MODE=fast\n" + "      - A=b\n" * 70_000,
    ),
    entry(
        "yaml.too-deep",
        "Nested too deep",
        "An SDL needs about ten levels. Many more come from unclosed brackets.",
        "MODE=fast",
        "[" * 80 + "]" * 80,
    ),
    entry(
        "yaml.alias",
        "An unknown alias",
        "`*name` repeats what `&name` marked before. The mark must come first, and not around the alias.",
        "units: 2\n",
        "units: *cores\n",
    ),
    entry(
        "yaml.duplicate-key",
        "A duplicate key",
        "Only one of two equal keys could count, so neither does.",
        "          units: 2\n",
        "          units: 2\n          units: 4\n",
    ),
    entry(
        "yaml.merge",
        "`<<` without a mapping",
        "`<<` takes the keys of another mapping, so a mapping must follow.",
        "          units: 2\n",
        "          <<: 2\n          units: 2\n",
    ),
    entry(
        "yaml.tag",
        "A tag that does not fit",
        "A tag like !!int forces a type. The value must be of that type.",
        "port: 80\n",
        "port: !!int eighty\n",
    ),
    entry("sdl.empty", "Empty file", "The file has no content besides comments.", WHOLE, "# to do\n"),
    entry(
        "sdl.version-missing",
        "No version",
        "The version decides which rules apply, so it is required.",
        'version: "2.0"\n',
        "# version\n",
    ),
    entry(
        "sdl.version",
        "Unknown version",
        "There are versions 2.0 and 2.1.",
        'version: "2.0"\n',
        'version: "1.0"\n',
    ),
    entry(
        "sdl.unknown-section",
        "Unknown section",
        "At the top level only the sections of an SDL are allowed. Below that, unknown keys are ignored.",
        "deployment:\n",
        "x-notes: mine\ndeployment:\n",
    ),
    entry(
        "sdl.unknown-key",
        "Unknown key",
        "Akash ignores unknown keys, so a typing error is not noticed until something is missing.",
        "    env:\n",
        "    enviroment:\n",
    ),
    entry(
        "sdl.type",
        "The wrong kind of value",
        "A list was expected and something else was found, or the reverse. The lines of a list start with a dash.",
        "    env:\n      - MODE=fast\n",
        "    env:\n      MODE: fast\n",
    ),
    entry(
        "sdl.number",
        "Not a whole number",
        "Ports and counts are whole numbers. In quotes they are text, which Akash does not turn back into a number.",
        "port: 80\n",
        'port: "80"\n',
    ),
    entry(
        "sdl.bool",
        "Not true or false",
        "Write true or false, without quotes.",
        "global: true\n",
        'global: "true"\n',
    ),
    entry(
        "sdl.deployment-missing",
        "Nothing is deployed",
        "Services and profiles are only descriptions. The section deployment defines what runs, where and how often.",
        "deployment:\n  web:\n    akash:\n      profile: web\n      count: 1\n",
        "deployment: {}\n",
    ),
    entry(
        "sdl.compute-profile-missing",
        "No such compute profile",
        "profile: names an entry of profiles, compute.",
        "profile: web\n",
        "profile: large\n",
    ),
    entry(
        "sdl.placement-profile-missing",
        "No such placement",
        "The key below a deployed service must be the name of an entry of profiles, placement.",
        "    akash:\n      profile: web\n",
        "    europe:\n      profile: web\n",
    ),
    entry(
        "sdl.placement-name",
        "A placement without a name",
        "The name of a placement becomes the name of the group.",
        "    akash:\n      profile: web\n",
        '    "":\n      profile: web\n',
    ),
    entry(
        "sdl.service-missing",
        "No such service",
        "Every name under deployment must be one of services.",
        "deployment:\n  web:\n",
        "deployment:\n  wbe:\n",
    ),
    entry(
        "sdl.count",
        "Nothing to run",
        "A placement in which every count is 0 asks for nothing.",
        _END,
        "      count: 0\n",
    ),
    entry(
        "sdl.count-zero",
        "A count of 0",
        "The service is deployed zero times: it does not run.",
        _END,
        "      count: 0\n",
    ),
    entry(
        "sdl.count-persistent",
        "Replicas with separate storage",
        "Each replica gets its own persistent storage. Two replicas of a database are two databases.",
        _END,
        "      count: 3\n",
        around=(
            (
                "            size: 2Gi\n",
                "            size: 2Gi\n            attributes:\n              persistent: true\n",
            ),
        ),
    ),
    entry(
        "sdl.group-limit",
        "Too much in one placement",
        "One placement may request at most fifty times the largest unit in total.",
        _END,
        "      count: 2000\n",
    ),
    entry(
        "sdl.reclamation",
        "Not a duration",
        "A reclamation window is a number with its unit, and above 0.",
        _END,
        f"{_END}reclamation:\n  min_window: 3600\n",
        f"{_END}reclamation:\n  min_window: 1h\n",
    ),
    entry(
        "sdl.endpoint-name",
        "Not a name for an endpoint",
        "Two or more lower-case letters, digits, - or _.",
        _END,
        f"{_END}endpoints:\n  Shared-IP:\n    kind: ip\n",
        _ENDPOINT,
        around=((_TO, _IP),),
    ),
    entry(
        "sdl.endpoint-kind",
        "Unknown kind of endpoint",
        "A leased IP is the only kind.",
        _END,
        f"{_END}endpoints:\n  shared:\n    kind: dns\n",
        _ENDPOINT,
        around=((_TO, _IP),),
    ),
    entry(
        "sdl.endpoint-unused",
        "An unused endpoint",
        "Every leased IP costs money, so Akash rejects one that no expose uses.",
        _END,
        _ENDPOINT,
    ),
    entry(
        "sdl.endpoint-missing",
        "No such endpoint",
        "ip: names an entry of the section endpoints.",
        _END,
        _END,
        _ENDPOINT,
        around=((_TO, _IP),),
    ),
    entry(
        "sdl.ip-global",
        "A leased IP that is not global",
        "A leased IP is public, so its expose must be global.",
        _TO,
        "        to:\n          - service: web\n            ip: shared\n",
        _IP,
        around=((_END, _ENDPOINT),),
    ),
    entry(
        "sdl.ip-port",
        "The same port of an IP twice",
        "On one IP every expose needs its own as: port.",
        "      - port: 80\n        as: 80\n" + _TO,
        "      - port: 80\n" + _IP + "      - port: 443\n" + _IP,
        "      - port: 80\n        as: 80\n" + _IP + "      - port: 443\n        as: 443\n" + _IP,
        around=((_END, _ENDPOINT),),
    ),
)

"""Explanations about the file as a whole: YAML, version, sections, deployment, endpoints."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import Explanation

_IP = "        to:\n          - global: true\n            ip: shared\n"
_TO = "        to:\n          - global: true\n"
_END = "      count: 1\n"
_ENDPOINT = f"{_END}endpoints:\n  shared:\n    kind: ip\n"

_START = """\
version: "2.0"

services:
  web:
    image: nginx:1.27
    env:
      - MODE=fast
    expose:
      - port: 80
        as: 80
        to:
          - global: true
…
"""

FILE: Final = (
    Explanation(
        "yaml.syntax",
        "Not valid YAML",
        "The text does not follow YAML's rules, so nothing in it can be read. Tabs as "
        "indentation, a missing space after a colon and unclosed quotes are the usual causes.",
        "\timage: nginx:1.27\n",
        "    image: nginx:1.27\n",
    ),
    Explanation(
        "sdl.parameter",
        "A parameter that cannot be read",
        "Comment lines at the top may declare what can be set for one deployment: `# parameter NAME: TYPE | What "
        "it is`. The types are text, number 1 to 8, choice small large, size 20Gi to 500Gi, and secret; behind a comma "
        "may stand optional, at PATH, or keyring NAME. Akash itself ignores them.",
        '# parameter MODEL: string | The model\nversion: "2.0"\n',
        '# parameter MODEL: text | The model\nversion: "2.0"\n',
    ),
    Explanation(
        "yaml.encoding",
        "Not UTF-8",
        "The file holds bytes or characters that are not UTF-8 text. UTF-16 is read too if it begins with a byte order "
        "mark, as Windows writes it.",
        "MODE=\ud800",
        "MODE=fast",
    ),
    Explanation(
        "yaml.control",
        "A control character",
        "YAML has no control characters besides tab and line breaks. They come from copied terminal output.",
        "MODE=\x1b[31mfast",
        "MODE=fast",
    ),
    Explanation("yaml.nul", "A NUL byte", "A NUL byte means that this is not a text file.", "MODE=\0", "MODE=fast"),
    Explanation(
        "yaml.too-large",
        "Too large",
        "An SDL has at most a few hundred lines. A much larger file is something else, and is "
        "not read, so that it cannot block the program.",
        "      - MODE=fast\n" + "      - A=b\n" * 70_000,
        "      - MODE=fast\n",
    ),
    Explanation(
        "yaml.too-deep",
        "Nested too deep",
        "An SDL needs about ten levels. Many more come from unclosed brackets.",
        "[" * 80 + "]" * 80,
        "MODE=fast",
    ),
    Explanation(
        "yaml.alias",
        "An unknown alias",
        "`*name` repeats what `&name` marked before. The mark must come first, and not around the alias.",
        "units: *cores\n",
        "units: 2\n",
    ),
    Explanation(
        "yaml.duplicate-key",
        "A duplicate key",
        "Only one of two equal keys can count: an error, but in cpu and gpu, where Akash takes the last.",
        "          size: 512Mi\n          size: 1Gi\n",
        "          size: 512Mi\n",
    ),
    Explanation(
        "yaml.merge",
        "`<<` without a mapping",
        "`<<` takes the keys of another mapping, so a mapping must follow.",
        "          <<: 2\n          size: 512Mi\n",
        "          size: 512Mi\n",
    ),
    Explanation(
        "yaml.tag",
        "A tag that does not fit",
        "A tag like !!int forces a type. The value must be of that type.",
        "port: !!int eighty\n",
        "port: 80\n",
    ),
    Explanation("sdl.empty", "Empty file", "The file has no content besides comments.", "# to do\n", _START),
    Explanation(
        "sdl.version-missing",
        "No version",
        "The version decides which rules apply, so it is required.",
        "# version\n",
        'version: "2.0"\n',
    ),
    Explanation(
        "sdl.version", "Unknown version", "There are versions 2.0 and 2.1.", 'version: "1.0"\n', 'version: "2.0"\n'
    ),
    Explanation(
        "sdl.unknown-section",
        "Unknown section",
        "At the top level only the sections of an SDL are allowed. Below that, unknown keys are ignored.",
        "x-notes: mine\ndeployment:\n",
        "deployment:\n",
    ),
    Explanation(
        "sdl.section-misplaced",
        "A section that stands too deep",
        "deployment, profiles and services begin in the first column, placement stands beside compute. Deeper, they "
        "are something else or nothing.",
        "  deployment:\n    web:\n      akash:\n        profile: web\n        count: 1\n",
        "deployment:\n  web:\n    akash:\n      profile: web\n      count: 1\n",
    ),
    Explanation(
        "sdl.compose-file",
        "A docker compose file",
        "It has services too, but neither profiles nor deployment, which say what to rent and at what price.",
        'version: "3.8"\nservices:\n  web:\n    image: nginx:1.27\n    ports:\n      - "80:80"\n',
        _START,
    ),
    Explanation(
        "sdl.second-document",
        "A second document",
        "A line --- or ... ends the document, and Akash reads only the first one of a file.",
        "---\nprofiles:\n  compute:\n",
        "profiles:\n  compute:\n",
    ),
    Explanation(
        "sdl.no-sdl",
        "Something else than an SDL",
        "None of the sections of an SDL is in the file: it is a web page, a chart, a note, or the answer of a program.",
        "replicaCount: 1\nimage:\n  repository: nginx\n",
        _START,
    ),
    Explanation(
        "sdl.kubernetes",
        "A Kubernetes manifest",
        "Providers run Kubernetes, but take only an SDL, from which they make the manifests themselves.",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n",
        _START,
    ),
    Explanation(
        "sdl.unknown-key",
        "Unknown key",
        "Akash ignores unknown keys, so a typing error is not noticed until something is missing.",
        "    enviroment:\n",
        "    env:\n",
    ),
    Explanation(
        "sdl.type",
        "The wrong kind of value",
        "A list was expected and something else was found, or the reverse. The lines of a list start with a dash.",
        "    env:\n      MODE: fast\n",
        "    env:\n      - MODE=fast\n",
    ),
    Explanation(
        "sdl.number",
        "Not a whole number",
        "Ports and counts are whole numbers. In quotes they are text, which Akash does not turn back into a number.",
        'port: "80"\n',
        "port: 80\n",
    ),
    Explanation(
        "sdl.bool", "Not true or false", "Write true or false, without quotes.", 'global: "true"\n', "global: true\n"
    ),
    Explanation(
        "sdl.deployment-missing",
        "Nothing is deployed",
        "Services and profiles are only descriptions. The section deployment defines what runs, where and how often.",
        "deployment: {}\n",
        "deployment:\n  web:\n    akash:\n      profile: web\n      count: 1\n",
    ),
    Explanation(
        "sdl.compute-profile-missing",
        "No such compute profile",
        "profile: names an entry of profiles, compute.",
        "profile: large\n",
        "profile: web\n",
    ),
    Explanation(
        "sdl.placement-profile-missing",
        "No such placement",
        "The key below a deployed service must be the name of an entry of profiles, placement.",
        "    europe:\n      profile: web\n",
        "    akash:\n      profile: web\n",
    ),
    Explanation(
        "sdl.placement-name",
        "A placement without a name",
        "The name of a placement becomes the name of the group.",
        '    "":\n      profile: web\n',
        "    akash:\n      profile: web\n",
    ),
    Explanation(
        "sdl.service-missing",
        "No such service",
        "Every name under deployment must be one of services.",
        "deployment:\n  wbe:\n",
        "deployment:\n  web:\n",
    ),
    Explanation(
        "sdl.count",
        "Nothing to run",
        "A placement in which every count is 0 asks for nothing.",
        "      count: 0\n",
        _END,
    ),
    Explanation(
        "sdl.count-zero",
        "A count of 0",
        "The service is deployed zero times: it does not run.",
        "      count: 0\n",
        _END,
    ),
    Explanation(
        "sdl.count-persistent",
        "Replicas with separate storage",
        "Each replica gets its own persistent storage. Two replicas of a database are two databases.",
        "      count: 3\n",
        _END,
    ),
    Explanation(
        "sdl.group-limit",
        "Too much in one placement",
        "One placement may request at most fifty times the largest unit in total.",
        "      count: 2000\n",
        _END,
    ),
    Explanation(
        "sdl.reclamation",
        "Not a duration",
        "A reclamation window is a number with its unit, and above 0.",
        f"{_END}reclamation:\n  min_window: 3600\n",
        f"{_END}reclamation:\n  min_window: 1h\n",
    ),
    Explanation(
        "sdl.endpoint-name",
        "Not a name for an endpoint",
        "Two or more lower-case letters, digits, - or _.",
        f"{_END}endpoints:\n  Shared-IP:\n    kind: ip\n",
        _ENDPOINT,
    ),
    Explanation(
        "sdl.endpoint-kind",
        "Unknown kind of endpoint",
        "A leased IP is the only kind.",
        f"{_END}endpoints:\n  shared:\n    kind: dns\n",
        _ENDPOINT,
    ),
    Explanation(
        "sdl.endpoint-unused",
        "An unused endpoint",
        "Every leased IP costs money, so Akash rejects one that no expose uses.",
        _ENDPOINT,
        _END,
    ),
    Explanation(
        "sdl.endpoint-missing", "No such endpoint", "ip: names an entry of the section endpoints.", _END, _ENDPOINT
    ),
    Explanation(
        "sdl.ip-global",
        "A leased IP that is not global",
        "A leased IP is public, so its expose must be global.",
        "        to:\n          - service: web\n            ip: shared\n",
        _IP,
    ),
    Explanation(
        "sdl.ip-port",
        "The same port of an IP twice",
        "On one IP every expose needs its own as: port.",
        "      - port: 80\n" + _IP + "      - port: 443\n" + _IP,
        "      - port: 80\n        as: 80\n" + _IP + "      - port: 443\n        as: 443\n" + _IP,
    ),
)

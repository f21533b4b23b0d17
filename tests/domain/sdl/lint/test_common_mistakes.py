"""The commonest mistakes: each is named once, with the right form, and fixed where the meaning is certain."""

from __future__ import annotations

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.lint.images import image_fault, is_reference
from akash_tui.domain.sdl.problem import SdlProblem, Severity
from tests.domain.sdl.lint.example_files import BASE

READER = SdlFiles()

PLAIN = BASE[: BASE.index("        gpu:\n")] + BASE[BASE.index("  placement:\n") :]
"""The good file without its GPU."""
CPU = "        cpu:\n          units: 2\n"
MEMORY = "        memory:\n          size: 512Mi\n"
ENV = "    env:\n      - MODE=fast\n"
IMAGE = "image: nginx:1.27"
GPU = BASE[BASE.index("        gpu:\n") : BASE.index("  placement:\n")]
STORAGE = PLAIN[PLAIN.index("        storage:\n") : PLAIN.index("  placement:\n")]
PRICE = "        web:\n          denom: uact\n          amount: 1000\n"
USE = "    akash:\n      profile: web\n      count: 1\n"
TO = "        to:\n          - global: true\n"


def problems(text: str) -> list[SdlProblem]:
    return list(READER.check(text, "x.yaml").problems)


def only(text: str) -> SdlProblem:
    (problem,) = problems(text)
    return problem


def fixed(text: str) -> str:
    return READER.fix(text)[0]


# --- GPUs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1", '"1"', "", "~", "rtx4090", "{}", "[]", "true", "8"])
def test_a_gpu_part_without_units_asks_for_no_gpu(value: str) -> None:
    text = PLAIN.replace(CPU, f"{CPU}        gpu: {value}\n")
    assert READER.read(text).version == READER.read(PLAIN).version, "as Go reads it"
    problem = only(text)
    assert (problem.code, problem.severity, problem.line) == ("sdl.gpu-none", Severity.WARNING, 24)
    assert "asks for no GPU" in problem.message
    assert f"units: {value if value == '8' else 1} and attributes" in problem.advice


def test_units_of_0_are_what_was_written() -> None:
    assert problems(PLAIN.replace(CPU, f"{CPU}        gpu:\n          units: 0\n")) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("            vendor: nvidia\n            model: a100\n", "a100"),
        ("            vendor: NVIDIA\n            model: rtx4090\n", "rtx4090"),
        ("            vendor:\n              nvidia:\n                - a100\n", None),
        ("            vendor:\n              nvidia:\n                model: a100\n", None),
        ("            vendor:\n              nvidia:\n                model: a100\n                ram: 80Gi\n", None),
    ],
)
def test_models_in_another_form_are_fixed(written: str, meant: str | None, newline: str) -> None:
    old = "            vendor:\n              nvidia:\n                - model: rtx4090\n"
    text = BASE.replace(old, written).replace("\n", newline)
    (problem,) = (p for p in problems(text) if p.severity is Severity.ERROR)
    assert f"vendor: / nvidia: / - model: {meant or 'rtx4090'}," in problem.advice
    compiled = READER.read(fixed(text))
    assert compiled.ok, fixed(text)
    (model,) = compiled.groups[0].gpu_models
    assert model.model == (meant or "a100")
    assert model.vram_gib == (80 if "ram" in written else None)


@pytest.mark.parametrize(
    "written",
    [
        "            vendor: nvidia\n",
        "            vendor: nvidia # any\n            model: a100\n",
        "            vendor: [nvidia]\n",
        "            vendor: amd\n            model: mi100\n",
        "            vendor:\n              nvidia: a100\n",
        "            - model: a100\n",
        "            - model: a100\n            - model: h100\n",
    ],
)
def test_models_that_are_not_certain_get_the_form_only(written: str) -> None:
    old = "            vendor:\n              nvidia:\n                - model: rtx4090\n"
    text = BASE.replace(old, written)
    errors = [p for p in problems(text) if p.severity is Severity.ERROR]
    assert errors
    assert all("vendor: / nvidia: / - model:" in p.advice for p in errors)
    assert fixed(text) == text


@pytest.mark.parametrize("key", ["model: a100", "vendor: nvidia", "models: [a100]", "attributes: {model: a100}"])
def test_models_beside_the_units_get_the_form(key: str) -> None:
    (problem, *_) = problems(BASE.replace(GPU, f"        gpu:\n          units: 1\n          {key}\n"))
    assert (problem.code, "vendor: / nvidia:" in problem.advice) == ("sdl.gpu-field", True)


@pytest.mark.parametrize(
    ("model", "advice"),
    [
        ("b200", "Compare with the models of the market screen."),
        ("l40s", "Compare with the models of the market screen."),
        ("gb200", "Compare with the models of the market screen."),
        ("l40s-48gb", "Did you mean l40s? Its memory is written below it: ram: 48Gi."),
        ("a100-80gb", "Did you mean a100? Its memory is written below it: ram: 80Gi."),
        ("l4-24gib", "Did you mean l4? Its memory is written below it: ram: 24Gi."),
        ("b250", "Compare with the models of the market screen."),
        ("rtx409", "Did you mean rtx4090 or"),
        ("rxt4090", "Did you mean rtx4090"),
    ],
)
def test_only_a_likely_model_is_suggested(model: str, advice: str) -> None:
    problem = only(BASE.replace("rtx4090", model))
    assert problem.code == "sdl.gpu-unknown"
    assert problem.advice.startswith(advice)


# --- images ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "better"),
    [
        ("ghcr.io/MyOrg/App:1.0", "ghcr.io/myorg/app:1.0"),
        ("MyOrg/app:V1", "myorg/app:V1"),
        ("Nginx:1.27", "nginx:1.27"),
        ("nginx:1.27 ", "nginx:1.27"),
        (" nginx:1.27", "nginx:1.27"),
        ("nginx:1.27\u200b", "nginx:1.27"),
        ("nginx:1.27\u00a0", "nginx:1.27"),
        ("https://ghcr.io/owner/app:1.0", "ghcr.io/owner/app:1.0"),
        ("docker://nginx:1.27", "nginx:1.27"),
        ("https://hub.docker.com/r/owner/app", "owner/app"),
        ("hub.docker.com/r/owner/app:1", "owner/app:1"),
        ("hub.docker.com/_/nginx", "nginx"),
        ("github.com/owner/app:1", None),
        ("https://github.com/owner/app", None),
        ("huggingface.co/owner/app", None),
        ("nginx 1.27", None),
        ("docker pull nginx:1.27", None),
        ("nginx:", None),
        ("nginx:1.27:2", None),
        ("ghcr.io//app:1", None),
        ("ghcr.io/owner/app:", None),
        ("-app:1", None),
        ("nginx@sha256:abc", None),
        ("a" * 64, "a" * 64),
        ("ghcr.io/YOUR_USER/app:1.0", None),
        ("localhost:5000/app:1", None),
        ("192.168.1.4:5000/app", None),
        ("host.docker.internal:5000/app", None),
        ("CHANGE_ME", None),
        ("ghcr.io/ReplaceThis/app:1.0", None),
    ],
)
def test_an_image_that_no_registry_can_serve(image: str, better: str | None) -> None:
    if image == "a" * 64:
        assert image_fault(image) is not None
        return
    text = PLAIN.replace(IMAGE, f'image: "{image}"')
    assert READER.read(text).ok, "Go does not look at the image"
    problem = next(p for p in problems(text) if p.code in ("sdl.image-invalid", "sdl.template"))
    assert (problem.code, problem.severity, problem.line, problem.column) == (
        "sdl.image-invalid",
        Severity.WARNING,
        5,
        12,
    )
    assert problem.fixable == (better is not None)
    assert fixed(text) == (PLAIN.replace(IMAGE, f"image: {better}") if better else text)


@pytest.mark.parametrize(
    "image",
    [
        "nginx",
        "nginx:1.27",
        "library/nginx:1.27-alpine_x",
        "ghcr.io/owner/app.name__x-y:V1.0",
        "localhost.example.com/app:1",
        "host:5000/app:1",
        "HOST.example.com:5000/app",
        "[2001:db8::1]:5000/app:1",
        f"nginx@sha256:{'a' * 64}",
        f"nginx:1.27@sha256:{'A' * 64}",
        "a/b/c/d:1",
    ],
)
def test_images_that_a_registry_can_serve(image: str) -> None:
    assert is_reference(image)
    assert image_fault(image) is None


@pytest.mark.parametrize(
    "image",
    [
        "ghcr.io/<your-user>/app:1.0",
        "${IMAGE}",
        "nginx:$TAG",
        "nginx:${TAG}",
        "'{{ image }}'",
        "'%IMAGE%'",
        "'<%= image %>'",
        "app:__TAG__",
    ],
)
def test_an_image_with_a_variable_is_a_template(image: str) -> None:
    problem = next(p for p in problems(PLAIN.replace(IMAGE, f"image: {image}")) if p.code != "sdl.image-tag")
    assert (problem.code, problem.line) == ("sdl.template", 5)
    assert not any(p.code == "sdl.image-invalid" for p in problems(PLAIN.replace(IMAGE, f"image: {image}")))


@pytest.mark.parametrize(
    "image", ["your-username/app:1.0", "ghcr.io/your-org/app:1.0", "yourname/app:1", "a/your-app:1"]
)
def test_an_image_of_a_guide_is_a_placeholder(image: str) -> None:
    assert only(PLAIN.replace(IMAGE, f"image: {image}")).code == "sdl.template"


# --- templates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "result"),
    [
        (IMAGE, "image: {{ image }}", 5, None),
        ("units: 2", "units: ${CPU:-4}", 23, "units: 4"),
        ("units: 2", "units: ${CPU-0.5}", 23, "units: 0.5"),
        ("units: 2", "units: ${CPU}", 23, None),
        ("size: 512Mi", "size: {{MEM}}", 25, None),
        ("size: 512Mi", 'size: "{{ .Values.memory }}"', 25, None),
        ("port: 80", "port: ${PORT:-80}", 9, "port: 80"),
        ("count: 1", "count: $COUNT", 41, None),
        ("amount: 1000", "amount: <price>", 35, None),
        ("denom: uact", "denom: ${DENOM:-uact}", 34, "denom: uact"),
        ("profile: web", "profile: ${PROFILE}", 40, None),
    ],
)
def test_a_variable_is_named_where_it_stands(old: str, new: str, line: int, result: str | None) -> None:
    text = PLAIN.replace(old, new, 1)
    found = [p for p in problems(text) if p.code == "sdl.template"]
    assert [p.line for p in found] == [line]
    assert all(p.code in ("sdl.template", "sdl.compute-profile-missing") for p in problems(text))
    assert fixed(text) == (text if result is None else PLAIN.replace(old, result, 1))


@pytest.mark.parametrize(
    ("value", "bad"),
    [
        ("TOKEN=${TOKEN}", True),
        ("TOKEN=<your token>", True),
        ("TOKEN={{ token }}", True),
        ("URL=http://${HOST}/x", False),
        ("PROMPT=price is $5", False),
        ("A=b", False),
    ],
)
def test_in_the_environment_only_a_whole_value_counts(value: str, bad: bool) -> None:
    found = [p.code for p in problems(PLAIN.replace("MODE=fast", value))]
    assert ("sdl.template" in found) == bad


def test_a_shell_has_variables_of_its_own() -> None:
    assert (
        problems(PLAIN.replace(ENV, f'{ENV}    command: [sh, -c, "echo $HOME {{{{.x}}}}"]\n    args: ["${{A:-b}}"]\n'))
        == []
    )


@pytest.mark.parametrize("new", ["image: {{ .Image }}:1.27", "image: {{ registry }}/nginx"])
def test_a_variable_that_breaks_the_yaml_is_named(new: str) -> None:
    problem = only(PLAIN.replace(IMAGE, new))
    assert problem.code == "yaml.syntax"
    assert "is not filled in" in problem.advice


@pytest.mark.parametrize(
    "new",
    ["      - A=b\n      -TOKEN=hunter2\n", "      - @hunter2\n", "      - A=b\n    TOKEN:hunter2\n"],
)
def test_the_advice_on_broken_yaml_repeats_no_value(new: str) -> None:
    problem = only(PLAIN.replace("      - MODE=fast\n", new))
    assert problem.code == "yaml.syntax"
    assert "hunter2" not in problem.advice + problem.message


@pytest.mark.parametrize(
    ("old", "new", "line", "advice"),
    [
        ("        cpu:\n", "\t\tcpu:\n", 22, "A tab stands before the text of this line"),
        (IMAGE, "image: @nginx", 5, "begin with @: write it in quotes"),
        (IMAGE, "image:nginx:1.27", 6, "after the colon of image."),
        (IMAGE, "image: nginx: 1.27", 5, "needs quotes"),
        ("      - MODE=fast\n", "      - MODE=fast\n      -A=b\n", 8, "after the dash"),
        ("        as: 80\n", "          as: 80\n", 10, "deeper than the one above"),
        ("deployment:\n", "deployment\n", 37, "A colon is missing: deployment:."),
        ("        memory:\n", "        memory\n", 24, "A colon is missing: memory:."),
        (IMAGE, 'image: "a\\dmin"', 5, "begins an escape"),
        ("denom: uact", 'denom: "uact', 34, "never closed"),
        ("services:\n", "```yaml\nservices:\n", 3, "Markdown"),
    ],
)
def test_a_fault_of_yaml_that_its_line_shows_is_named(old: str, new: str, line: int, advice: str) -> None:
    problem = only(PLAIN.replace(old, new, 1))
    assert (problem.code, problem.line) == ("yaml.syntax", line)
    assert advice in problem.advice


# --- the wrong form -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "form", "result"),
    [
        (
            ENV,
            "    env:\n      MODE: fast\n      PORT: 80 # web\n      NOTE: 'a: ü 😀'\n",
            "- KEY=value",
            "    env:\n      - MODE=fast\n      - PORT=80 # web\n      - \"NOTE=a: ü 😀\"\n",
        ),
        (ENV, "    env:\n      - MODE: fast\n", "- KEY=value", ENV),
        (
            ENV,
            "    env:\n      - MODE: fast\n      - A: b\n",
            "- KEY=value",
            "    env:\n      - MODE=fast\n      - A=b\n",
        ),
        (ENV, "    env: MODE=fast\n", "- KEY=value", None),
        (ENV, "    env:\n      MODE:\n        a: b\n", "- KEY=value", None),
        (ENV, '    env:\n      - "MODE: fast"\n', "Write - MODE=fast.", ENV),
        (ENV, "    env:\n      - MODE = fast\n", "Write - MODE=fast.", ENV),
        (ENV, "    env:\n      - export MODE=fast\n", "Write - MODE=fast.", ENV),
        (ENV, '    env:\n      - "MODE: a b"\n', "Write - MODE=a b.", '    env:\n      - "MODE=a b"\n'),
        (ENV, "    env:\n      - 2FAST=x\n", "- KEY=value", None),
        (ENV, f"{ENV}    command: sh -c x\n", "- sh, below it - -c", None),
        (ENV, f'{ENV}    args:\n      - a: b\n', "quotes around", None),
        (CPU, "        cpu: 2\n", "cpu: and below it units: 2", "        cpu: {units: 2}\n"),
        (CPU, "        cpu: 500m\n", "units: 500m", "        cpu: {units: 500m}\n"),
        (MEMORY, "        memory: 2Gi\n", "memory: and below it size: 2Gi", "        memory: {size: 2Gi}\n"),
        ("units: 2\n", "units: 1000\n", "1000m, which is 1 core", "units: 1000m\n"),
        ("units: 2\n", "units: 500\n", "500m, which is 0.5 of a core", "units: 500m\n"),
        ("units: 2\n", "units: 1234\n", "within these limits", None),
        ("size: 512Mi", "size: 512", "write 512Mi or 512Gi", None),
        (TO, "        to:\n          global: true\n", "to: and below it - global: true", TO),
        (TO, "        to:\n          - global\n", "to: and below it - global: true", None),
        (
            TO,
            f"        accept: www.example.com\n{TO}",
            "accept: and below it - www.example.com",
            f"        accept: [www.example.com]\n{TO}",
        ),
        (PRICE, "        web: 1000\n", "denom: uact and amount: 1000", None),
        (USE, "    profile: web\n    count: 1\n", "the placement: / profile: web", None),
    ],
)  # fmt: skip
def test_another_form_gets_the_right_one(old: str, new: str, form: str, result: str | None) -> None:
    assert old in PLAIN
    text = PLAIN.replace(old, new, 1)
    errors = [p for p in problems(text) if p.severity is Severity.ERROR]
    assert errors
    assert all(form in p.advice for p in errors), [p.advice for p in errors]
    assert fixed(text) == (text if result is None else PLAIN.replace(old, result, 1))
    assert result is None or READER.read(fixed(text)).ok


@pytest.mark.parametrize(
    ("indent", "key", "words"),
    [
        (4, "accept: [a.example.com]", "under expose: - port: 80, below it accept:"),
        (4, "count: 2", "under deployment:"),
        (4, "replicas: 2", "under deployment:"),
        (4, "ports: [80]", "expose: with - port: 80"),
        (4, "volumes: [a]", "params: storage:"),
        (4, "environment: {A: b}", "env: with one - KEY=value"),
        (4, "resources: {}", "profiles: compute:"),
        (4, "gpu: 1", "profiles: compute:"),
        (4, "entrypoint: sh", "command: with one item"),
        (4, "restart: always", "Akash restarts"),
        (4, "depends_on: [db]", "start in any order"),
        (4, "build: .", "push it to a registry"),
        (8, "global: true", "under to: - global: true"),
        (8, "hosts: [a]", "accept: with - www.example.com"),
        (12, "accept: [a]", "beside to:"),
        (12, "persistent: true", "under attributes:"),
        (12, "mount: /data", "params: storage:"),
        (12, "quantity: 5Gi", "Write size:"),
        (6, "count: 2", "under deployment:"),
        (6, "image: nginx:1.27", "under services:"),
    ],
)
def test_a_key_in_the_wrong_place_is_shown_its_place(indent: int, key: str, words: str) -> None:
    after = {4: ENV, 8: "        as: 80\n", 12: "          - global: true\n", 6: "    web:\n"}[indent]
    if key.startswith(("persistent", "mount", "quantity")):
        after = "            size: 2Gi\n"
    at = PLAIN.index(after, PLAIN.index("profiles:") if indent == 6 else 0) + len(after)
    problem = only(f"{PLAIN[:at]}{' ' * indent}{key}\n{PLAIN[at:]}")
    assert (problem.code, problem.severity) == ("sdl.unknown-key", Severity.WARNING)
    assert words in problem.advice


@pytest.mark.parametrize("key", ["cpu", "memory", "storage", "gpu"])
def test_resources_beside_resources_are_shown_their_place(key: str) -> None:
    problem = only(PLAIN.replace("    web:\n      resources:\n", f"    web:\n      {key}: 1\n      resources:\n"))
    assert problem.advice == "It goes under resources:, two blanks deeper."


def test_a_missing_part_is_shown_its_form() -> None:
    advice = [p.advice for p in problems(PLAIN.replace(STORAGE, ""))]
    assert "Add storage: and below it size: 5Gi to its resources." in advice


def test_a_size_in_the_place_of_a_part_is_shown_in_its_form() -> None:
    text = PLAIN.replace(STORAGE, "        storage: 7Gi\n").replace(MEMORY, "        memory: 3Gi\n")
    found = {(p.line, p.advice) for p in problems(text) if p.code == "sdl.type"}
    assert found == {(24, "Write memory: and below it size: 3Gi."), (25, "Write storage: and below it - size: 7Gi.")}
    assert "memory: {size: 3Gi}\n        storage: {size: 7Gi}\n" in fixed(text)


@pytest.mark.parametrize(
    ("old", "new", "form"),
    [
        (
            "    akash:\n      pricing:\n",
            "    akash:\n      attributes:\n        - host: akash\n      pricing:\n",
            "region:",
        ),
        (
            "            size: 2Gi\n",
            "            size: 2Gi\n            attributes: [persistent]\n",
            "persistent: true",
        ),
        ("          units: 2\n", "          units: 2\n          attributes: arm64\n", "arch: amd64"),
        (ENV, f"{ENV}    dependencies: db\n", "- service:"),
        (ENV, f"{ENV}    credentials: ghcr.io\n", "username:"),
        (TO, f"{TO}        http_options: 5\n", "max_body_size:"),
        (USE, "    - akash\n", "profile: and count: 1"),
    ],
)
def test_a_part_of_another_kind_gets_its_form(old: str, new: str, form: str) -> None:
    wrong = [p for p in problems(PLAIN.replace(old, new)) if p.code in ("sdl.type", "sdl.cpu-attribute")]
    assert not any(" here." in p.advice for p in wrong)
    assert any(form in p.advice for p in wrong) or form == "arch: amd64"


@pytest.mark.parametrize(
    ("old", "new", "line"), [("profile: web", "profile: <PROFILE>", 40), ("- model: rtx4090", "- model: <GPU>", 35)]
)
def test_a_variable_in_a_name_is_one_problem(old: str, new: str, line: int) -> None:
    text = BASE if "model" in old else PLAIN
    assert [(p.code, p.line) for p in problems(text.replace(old, new))] == [("sdl.template", line)]


def test_a_small_memory_of_a_gpu_is_shown_with_its_unit() -> None:
    found = problems(BASE.replace("- model: rtx4090", "- model: a100\n                  ram: 80"))
    assert [p.advice for p in found] == ["Write GiB: ram: 80Gi. A number without unit counts bytes."]


# --- several documents ----------------------------------------------------------------------------


def test_a_document_that_is_cut_in_two_is_joined() -> None:
    text = PLAIN.replace("profiles:\n", "---\nprofiles:\n", 1)
    problem = only(text)
    assert (problem.code, problem.severity, problem.line) == ("sdl.second-document", Severity.ERROR, 18)
    assert fixed(text) == PLAIN


def test_a_document_behind_a_whole_one_is_not_read() -> None:
    assert (problem := only(f"{PLAIN}---\n{PLAIN}")).code == "sdl.second-document"
    assert problem.severity is Severity.WARNING
    for text in (f"---\n{PLAIN}", f"# note\n---\n{PLAIN}", f"{PLAIN}---\n", f"{PLAIN}---\n# end\n"):
        assert problems(text) == [], text


@pytest.mark.parametrize(
    ("section", "advice"),
    [
        ("service", "Did you mean services?"),
        ("deployments", "Did you mean deployment?"),
        ("compute", "Write profiles: above it, and move compute: and all lines below it two blanks to the right."),
        ("pricing", "It goes under profiles: / placement: / the placement's name."),
        (
            "x-env",
            "Sections are version, services, profiles, deployment, endpoints, reclamation. Anchors can be inside a",
        ),
    ],
)
def test_an_unknown_section_is_shown_the_likely_one(section: str, advice: str) -> None:
    problem = only(f"{PLAIN}{section}:\n  a: b\n")
    assert (problem.code, problem.severity) == ("sdl.unknown-section", Severity.ERROR)
    assert problem.advice.startswith(advice)


# --- sections that stand too deep -----------------------------------------------------------------


def deeper(text: str, section: str, blanks: int, end: str = "") -> str:
    """The section, up to the line `end`, with more blanks before its lines."""
    at = text.index(f"{section}:\n")
    stop = text.index(end, at) if end else len(text)
    moved = "".join(
        f"{' ' * blanks}{line}" if line.strip() else line for line in text[at:stop].splitlines(keepends=True)
    )
    return text[:at] + moved + text[stop:]


END = "deployment:"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (deeper(PLAIN, "deployment", 2), "deployment stands under profiles (line 37): take 2 blanks away.", 37),
        (deeper(PLAIN, "deployment", 4), "deployment stands under placement (line 37): take 4 blanks away.", 37),
        (deeper(PLAIN, "deployment", 1), "deployment stands under", 37),
        (deeper(PLAIN, "profiles", 2, END), "profiles stands under services (line 18): take 2 blanks away.", 18),
        (deeper(PLAIN, "  placement", 2, END), "placement stands under compute (line 30): take 2 blanks away.", 30),
    ],
)  # fmt: skip
def test_a_section_that_stands_too_deep_is_moved(text: str, message: str, line: int, newline: str) -> None:
    text = text.replace("\n", newline)
    found = [p for p in problems(text) if p.code == "sdl.section-misplaced"]
    if message.endswith("under"):  # one blank is no level of YAML: it cannot be read at all
        assert [p.code for p in problems(text)] == ["yaml.syntax"]
        return
    assert [(p.message, p.line, p.fixable) for p in found] == [(message, line, True)]
    assert not any(p.code in ("sdl.deployment-missing", "sdl.service-idle", "sdl.unknown-key") for p in problems(text))
    assert fixed(text) == PLAIN.replace("\n", newline)


def test_comments_do_not_hinder_and_texts_of_many_lines_are_not_touched() -> None:
    commented = deeper(PLAIN, "deployment", 2).replace("profile: web", "profile: web # one\n        # two")
    assert READER.read(fixed(commented)).ok
    text = deeper(PLAIN, "deployment", 2).replace("profile: web", "profile: |\n          web\n")
    (problem,) = (p for p in problems(text) if p.code == "sdl.section-misplaced")
    assert not problem.fixable


def test_a_service_may_be_called_like_a_section() -> None:
    text = PLAIN.replace("  web:\n    image", "  profiles:\n    image").replace(
        "deployment:\n  web", "deployment:\n  profiles"
    )
    assert problems(text) == []


# --- files of other tools -------------------------------------------------------------------------

COMPOSE = """\
services:
  web:
    image: nginx:1.27
    %s
"""


@pytest.mark.parametrize("version", ['version: "3.8"\n', "", 'version: "2.4"\n', "name: shop\n"])
@pytest.mark.parametrize(
    "key",
    ['ports: ["80:80"]', "environment: {A: b}", "volumes: [data:/data]", "deploy: {}", "build: .", "restart: always"],
)
def test_a_compose_file_is_recognised(version: str, key: str) -> None:
    problem = only(version + COMPOSE % key)
    assert (problem.code, problem.severity) == ("sdl.compose-file", Severity.ERROR)
    assert "preset show web-page" in problem.advice


def test_an_sdl_with_a_key_of_compose_is_an_sdl() -> None:
    assert only(PLAIN.replace(ENV, f'{ENV}    ports: ["80:80"]\n')).code == "sdl.unknown-key"
    assert {p.code for p in problems('version: "2.0"\nservices:\n  web:\n    image: nginx:1.27\n')} == {
        "sdl.deployment-missing"
    }


def test_a_compose_file_is_recognised_by_its_version_alone() -> None:
    assert only('version: "3"\nservices:\n  web:\n    image: nginx:1.27\n').code == "sdl.compose-file"


@pytest.mark.parametrize("port", ["80", '"80:80"', "http"])
def test_an_expose_that_is_only_a_port_is_one_problem(port: str) -> None:
    text = PLAIN.replace("      - port: 80\n        as: 80\n" + TO, f"      - {port}\n")
    assert "- port: 80, below it as: 80 and to:" in only(text).advice


@pytest.mark.parametrize(
    "text",
    [
        "web:\n  image: nginx:1.27\n  ports: ['80:80']\n",
        "x-all: &all\n  restart: always\nservices:\n  web:\n    <<: *all\n    image: nginx:1.27\n",
        "services:\n  web:\n    image: nginx:1.27\n    extends: base\n",
    ],
)
def test_an_older_or_shorter_compose_file_is_recognised(text: str) -> None:
    assert only(text).code == "sdl.compose-file"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n<html><body>404</body></html>\n",
        "FROM nginx\nCOPY . /app\n",
        "- a\n- b\n",
        "replicaCount: 1\nimage:\n  repository: nginx\n",
        "on: [push]\njobs:\n  build:\n    runs-on: ubuntu\n",
        '[{"name":"akash","services":[]}]',
        '{"bids":[]}',
        "{{ sdl }}\n",
    ],
)
def test_what_has_no_section_of_an_sdl_is_none(text: str) -> None:
    problem = only(text)
    assert (problem.code, problem.severity, problem.line) == ("sdl.no-sdl", Severity.ERROR, 1)


def test_a_kubernetes_manifest_without_its_head_is_recognised() -> None:
    assert only("metadata:\n  name: web\nspec:\n  containers: []\n").code == "sdl.kubernetes"


@pytest.mark.parametrize("kind", ["Deployment", "Pod", "Service", "List"])
def test_a_kubernetes_manifest_is_recognised(kind: str) -> None:
    problem = only(f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: web\nspec: {{}}\n---\nkind: Service\n")
    assert (problem.code, problem.line) == ("sdl.kubernetes", 2)
    assert kind in problem.message


# --- host names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "better"),
    [
        ("hello.example.com ", "hello.example.com"),
        ("My-Site.Example.com", "my-site.example.com"),
        ("http://a.example.com", "a.example.com"),
        ("https://a.example.com/", "a.example.com"),
        ("b.example.com:8080", "b.example.com"),
        ("d.example.com/", "d.example.com"),
        ("bücher.example.com", "xn--bcher-kva.example.com"),
        ("*.example.com", None),
        ("my_site.example.com", None),
        ("a.example.com/path", None),
        ("a b.example.com", None),
        ("a..example.com", None),
    ],
)
def test_a_bad_host_name_is_named_once_with_the_good_one(host: str, better: str | None) -> None:
    text = PLAIN.replace(TO, f'        accept:\n          - "{host}"\n{TO}')
    problem = only(text)
    assert (problem.code, problem.fixable) == ("sdl.host", better is not None)
    assert fixed(text) == (text.replace(f'"{host}"', better) if better else text)


def test_a_pair_of_ports_gets_the_form_of_both() -> None:
    problem = only(PLAIN.replace("port: 80\n", 'port: "8080:80"\n'))
    assert (problem.code, problem.advice.startswith("Write port: 80, ")) == ("sdl.number", True)
    assert "as: 8080" in problem.advice


def test_a_port_with_its_protocol_gets_the_form_of_both() -> None:
    problem = only(PLAIN.replace("port: 80\n", "port: 80/tcp\n"))
    assert (problem.code, problem.advice) == ("sdl.number", "Write port: 80, and beside it proto: tcp.")


def test_a_model_in_the_words_of_a_shop_gets_the_networks_name() -> None:
    problem = only(BASE.replace("model: rtx4090", "model: NVIDIA RTX 4090"))
    assert (problem.code, problem.advice) == ("sdl.gpu-model", "Write rtx4090.")


def test_services_in_different_placements_cannot_reach_each_other() -> None:
    text = BASE.replace(TO, f"{TO}          - service: db\n")
    text = text.replace("\nprofiles:", "  db:\n    image: redis:7\n\nprofiles:")
    text = text.replace(PRICE, f"{PRICE}    other:\n      pricing:\n{PRICE}")
    together, apart = (f"{text}  db:\n    {name}:\n      profile: web\n      count: 1\n" for name in ("akash", "other"))
    assert READER.read(apart).ok
    assert "sdl.service-apart" not in [p.code for p in problems(together)]
    (problem,) = (p for p in problems(apart) if p.code == "sdl.service-apart")
    assert problem.message.startswith("`db` cannot reach `web`: they are in different placements")
    assert (problem.severity, text.splitlines()[problem.line - 1]) == (Severity.WARNING, "          - service: db")


def test_a_persistent_volume_that_is_not_mounted_is_one_problem() -> None:
    volume = "          - name: kept\n            size: 1Gi\n            attributes:\n              persistent: true\n"
    text = BASE[: BASE.index("    params:")] + BASE[BASE.index("\nprofiles:") :]
    text = text.replace("          - name: data\n            size: 2Gi\n", volume)
    assert only(text).code == "sdl.persistent-mount"


def test_a_variable_written_as_a_pair_in_quotes_is_one_problem() -> None:
    problem = only(PLAIN.replace("- MODE=fast", '- "MODE: fast"'))
    assert (problem.code, problem.advice) == ("sdl.env-name", "Write - MODE=fast.")


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("- model: rtx4090", "- rtx4090:", "Write - model: rtx4090."),
        ("- model: rtx4090", "- name: rtx4090", "Write - model: and its name"),
        ("- model: rtx4090", "- ram: 80Gi", "Write - model: and its name"),
        ("- model: rtx4090", "- model:", "Write - model: and its name"),
        ("- model: rtx4090", "- model: a100\n                  memory: 80Gi", "Write ram:"),
        ("- model: rtx4090", "- model: nvidia/a100", "Did you mean a100?"),
        (
            "          units: 1\n          attributes:\n",
            "          attributes:\n            units: 1\n",
            "beside attributes:",
        ),
        ("        memory:\n", "        limits: {}\n        memory:\n", "without a level between"),
        ("        memory:\n", "        nvidia.com/gpu: 1\n        memory:\n", "Write gpu:"),
        ("          size: 512Mi\n", "          units: 512Mi\n", "Write size:"),
        ("          units: 2\n", "          cores: 2\n", "Write units:"),
        ("      count: 1\n", "      count: 0\n", "Write count: 1"),
        (ENV, "    env:\n      - 5\n", "- KEY=value"),
        ("services:\n  web:\n", "services:\n  - name: web\n", "the service's name"),
        ("  placement:\n", "placement:\n", "two blanks to the right"),
        ("deployment:\n", "...\ndeployment:\n", "Remove the line ...."),
    ],
)
def test_a_mistake_is_named_once_with_what_to_write(old: str, new: str, advice: str) -> None:
    found = problems(BASE.replace(old, new, 1))
    (error,) = [p for p in found if p.severity is Severity.ERROR] or found
    assert advice in error.advice
    assert len([p for p in found if p.line == error.line]) == 1

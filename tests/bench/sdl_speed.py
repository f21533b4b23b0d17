"""The shared SDL corpus compiled warm in one process: cost a file, share of the YAML reader, ratio to TypeScript."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from akash_tui.adapters.chain.tx.messages import groups_proto
from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.adapters.sdl.yaml_nodes import read_nodes
from tests.bench.figures import HEAD, Figures, Skipped, ratio
from tests.conformance import SHARED

READER = SdlFiles()

SDK = "@akashnetwork/chain-sdk@1.0.0-alpha.25"
ROUNDS = 7
WARM = 2
GOAL_MS = 1.0
GOAL_RATIO = 2.0

_SCRIPT = """
import { readFileSync } from "node:fs";
import { generateManifest, generateManifestVersion, yaml } from "@akashnetwork/chain-sdk";
const [rounds, warm, ...files] = process.argv.slice(2);
const texts = files.map((f) => readFileSync(f, "utf8"));
const times = [];
let made = 0;
for (let round = 0; round < Number(rounds) + Number(warm); round++) {
  for (let i = 0; i < texts.length; i++) {
    const began = performance.now();
    try {
      const answer = generateManifest(yaml([texts[i]]));
      if (answer.ok) { await generateManifestVersion(answer.value.groups); made++; }
    } catch { /* a file that this implementation refuses still took its time */ }
    const took = performance.now() - began;
    if (round >= Number(warm)) times.push(took);
  }
}
console.log(JSON.stringify({ times, made }));
"""


def run(rounds: int = ROUNDS) -> Iterator[str]:
    """Figures in milliseconds a file; the two languages in turn, each up to groups, manifest and hash."""
    files = sorted((SHARED / "sdl").glob("*.yaml"))
    if not files:
        raise Skipped("the shared corpus is not beside this checkout")
    texts = [f.read_text(encoding="utf-8") for f in files]
    yield f"{HEAD}   ({len(files)} files)"
    whole = Figures.of(_each(texts, READER.read, rounds))
    encoded = Figures.of(_each(texts, _with_protobuf, rounds))
    reading = Figures.of(_each(texts, read_nodes, rounds))
    doctor = Figures.of(_each(texts, READER.check, rounds))
    yield whole.line("compile: YAML, groups, manifest, hash", "ms")
    yield encoded.line("the same and the groups' protobuf bytes", "ms")
    yield reading.line("of it reading YAML into nodes", "ms")
    yield doctor.line("compile and diagnose", "ms")
    yield ratio("compile against a millisecond", whole.median, 1.0, GOAL_MS)
    yield ratio("reading YAML, share of the compile", reading.median, whole.median)
    try:
        theirs = Figures.of(_typescript(files, rounds))
    except Skipped as why:
        yield f"  against the TypeScript SDK: skipped, {why}"
        return
    again = Figures.of(_each(texts, READER.read, rounds))
    yield theirs.line(f"TypeScript SDK ({SDK.rpartition('@')[2]})", "ms")
    yield ratio("ours against the TypeScript SDK", (whole.median + again.median) / 2, theirs.median, GOAL_RATIO)


def _with_protobuf(text: str) -> None:
    compiled = READER.read(text)
    if compiled.ok:
        groups_proto(compiled.groups)


def _each(texts: Sequence[str], work: Callable[[str], object], rounds: int) -> list[float]:
    times = []
    for number in range(rounds + WARM):
        for text in texts:
            began = time.perf_counter()
            work(text)
            took = time.perf_counter() - began
            if number >= WARM:
                times.append(took * 1000)
    return times


def _typescript(files: Sequence[Path], rounds: int) -> list[float]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Skipped("node and npm are not on this machine")
    folder = Path(".bench/typescript").resolve()
    script = folder / "compile.mjs"
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        made = subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", SDK],
            cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if made.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise Skipped("its package could not be installed")
    script.write_text(_SCRIPT)
    done = subprocess.run(
        [node, str(script), str(rounds), str(WARM), *map(str, files)],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode != 0:
        raise Skipped(f"it does not run here: {done.stderr.strip().splitlines()[-1:]}")
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["made"] < len(answer["times"]) / 2:
        raise Skipped("it refuses most files, so its times say nothing")
    times: list[float] = answer["times"]
    return times

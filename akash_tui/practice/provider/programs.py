"""What well-known programs log as they start and work, and how large their images are. Nothing is executed.

A program is found by the name of its image; an image without a program here logs what any web service logs.
"""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

MB = 10**6
Beat = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Program:
    """`begin`: lines with the seconds after the start at which they come; then a line of `beat` every so often.

    `{time}` and `{clock}` in a line become its moment in the two common forms, `{n}` in a later line its number.
    """

    image_size: int
    """Compressed bytes: what a provider pulls."""
    begin: tuple[tuple[float, str], ...]
    every: float
    """Seconds between two later lines."""
    beat: Beat

    @property
    def serves_after(self) -> float:
        """Seconds from its start until it answers requests."""
        return self.begin[-1][0]

    def written(self, seconds: float) -> int:
        """How many lines there are this many seconds after the start."""
        if seconds < self.serves_after:
            return bisect_right(self.begin, seconds, key=lambda line: line[0])
        return len(self.begin) + int((seconds - self.serves_after) / self.every)

    def line(self, number: int, started: float, pod: str) -> str:
        """One line; `started` in seconds since 1970."""
        later = number - len(self.begin) + 1
        after, text = (
            self.begin[number]
            if later <= 0
            else (self.serves_after + later * self.every, self.beat(random.Random(f"{pod}/{later}")))
        )
        text = text.replace("{n}", str(later))
        moment = dt.datetime.fromtimestamp(started + after, dt.UTC)
        return text.replace("{time}", f"{moment:%m-%d %H:%M:%S}").replace("{clock}", f"{moment:%Y/%m/%d %H:%M:%S}")


def _client(dice: random.Random) -> str:
    return f"10.42.{dice.randint(0, 3)}.{dice.randint(2, 250)}"


def _loading(shards: int, first: float, each: float) -> tuple[tuple[float, str], ...]:
    """The progress of loading this many files of weights."""
    lines = []
    for number in range(shards + 1):
        done = 100 * number // shards
        bar = ("#" * (done // 10)).ljust(10)
        text = f"Loading safetensors checkpoint shards: {done:3d}% Completed |{bar}| {number}/{shards}"
        lines.append((first + number * each, text))
    return tuple(lines)


def _vllm(dice: random.Random) -> str:
    if dice.random() < 0.6:
        path = dice.choice(("/v1/chat/completions", "/v1/chat/completions", "/v1/models", "/health"))
        verb = "POST" if "chat" in path else "GET"
        return f'INFO:     {_client(dice)}:{dice.randint(30000, 60000)} - "{verb} {path} HTTP/1.1" 200 OK'
    running = dice.randint(0, 4)
    return (
        f"INFO {{time}} [loggers.py:127] Engine 000: "
        f"Avg prompt throughput: {running * dice.randint(20, 90)}.0 tokens/s, "
        f"Avg generation throughput: {running * dice.randint(30, 60)}.0 tokens/s, Running: {running} reqs, "
        f"Waiting: 0 reqs, GPU KV cache usage: {running * 1.3:.1f}%"
    )


_VLLM = Program(
    9_800 * MB,
    (
        (2, "INFO {time} [__init__.py:216] Automatically detected platform cuda."),
        (6, "INFO {time} [api_server.py:1839] vLLM API server version 0.11.0"),
        (9, "INFO {time} [model.py:547] Resolved architecture: Qwen2ForCausalLM"),
        (9.5, "INFO {time} [model.py:1510] Using max model len 16384"),
        (14, "INFO {time} [gpu_model_runner.py:2602] Starting to load model Qwen/Qwen2.5-7B-Instruct..."),
        (15, "INFO {time} [weight_utils.py:392] Downloading weights: 15.2 GB in 4 files"),
        *_loading(4, 58, 4),
        (76, "INFO {time} [default_loader.py:267] Loading weights took 16.41 seconds"),
        (77, "INFO {time} [gpu_model_runner.py:2653] Model loading took 14.2488 GiB and 62.0 seconds"),
        (88, "INFO {time} [gpu_worker.py:298] Available KV cache memory: 5.62 GiB"),
        (96, "INFO {time} [core.py:210] init engine (profile, create kv cache, warmup model) took 18.97 seconds"),
        (97, "INFO {time} [api_server.py:1912] Starting vLLM API server 0 on http://0.0.0.0:8000"),
        (98, "INFO:     Application startup complete."),
    ),
    3.0,
    _vllm,
)


def _comfyui(dice: random.Random) -> str:
    kind = dice.randint(0, 3)
    if kind == 0:
        return "got prompt"
    if kind == 3:
        return f"Prompt executed in {dice.randint(310, 940) / 100:.2f} seconds"
    done = dice.randint(1, 20)
    return f"{done * 5:3d}%|{('#' * (done // 2)).ljust(10)}| {done}/20 [00:0{done // 4}<00:0{5 - done // 4}, 4.1it/s]"


_COMFYUI = Program(
    5_400 * MB,
    (
        (3, "[INFO] Starting ComfyUI ..."),
        (6, "Total VRAM 24118 MB, total RAM 128780 MB"),
        (6.5, "pytorch version: 2.8.0+cu128"),
        (7, "Set vram state to: NORMAL_VRAM"),
        (9, "Downloading models: v1-5-pruned-emaonly.safetensors (4.3 GB)"),
        *((11 + 3 * n, f"  {25 * n:3d}% of 4.3 GB") for n in range(1, 5)),
        (25, "Import times for custom nodes:   0.9 seconds: ComfyUI-Manager"),
        (27, "Starting server"),
        (27.5, "To see the GUI go to: http://0.0.0.0:8188"),
    ),
    4.0,
    _comfyui,
)


def _ollama(dice: random.Random) -> str:
    took = dice.randint(80, 4200)
    path = dice.choice(("/api/chat", "/api/chat", "/api/tags", "/api/generate"))
    verb = "GET" if path == "/api/tags" else "POST"
    return f'[GIN] {{clock}} | 200 | {took / 1000:10.6f}s | {_client(dice):>15} | {verb:<7} "{path}"'


_OLLAMA = Program(
    1_900 * MB,
    (
        (1, 'time={clock} level=INFO source=routes.go:1475 msg="server config" env="map[OLLAMA_HOST:0.0.0.0:11434]"'),
        (2, 'time={clock} level=INFO source=routes.go:1528 msg="Listening on [::]:11434 (version 0.12.3)"'),
        (4, 'time={clock} level=INFO source=types.go:131 msg="inference compute" library=CUDA driver=12.8'),
        *((6 + 3 * n, f"pulling model: {20 * n:3d}% of 4.7 GB") for n in range(1, 6)),
        (24, 'time={clock} level=INFO source=server.go:1289 msg="llama runner started in 2.37 seconds"'),
    ),
    3.5,
    _ollama,
)


def _web(dice: random.Random) -> str:
    path, status = dice.choice(
        (("/", 200), ("/", 304), ("/style.css", 200), ("/favicon.ico", 404), ("/robots.txt", 404))
    )
    return (
        f'{_client(dice)} - - [{{clock}} +0000] "GET {path} HTTP/1.1" {status} {dice.randint(150, 4000)} "-" "curl/8.5"'
    )


_NGINX = Program(
    72 * MB,
    (
        (0.2, "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration"),
        (0.3, "/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh"),
        (0.6, "/docker-entrypoint.sh: Configuration complete; ready for start up"),
        (0.8, "{clock} [notice] 1#1: nginx/1.29.1"),
        (0.8, "{clock} [notice] 1#1: start worker processes"),
    ),
    5.0,
    _web,
)
_OTHER = Program(
    640 * MB,
    (
        (0.5, "{clock} INFO starting"),
        (3, "{clock} INFO configuration read"),
        (6, "{clock} INFO ready for requests"),
    ),
    5.0,
    lambda dice: f"{{clock}} INFO request from {_client(dice)} answered with 200 in {dice.randint(3, 240)} ms",
)


def _served(*calls: str) -> Beat:
    """Requests as uvicorn logs them: each of `calls` is a verb and a path."""
    return lambda dice: (
        f'INFO:     {_client(dice)}:{dice.randint(30000, 60000)} - "{dice.choice(calls)} HTTP/1.1" 200 OK'
    )


def _training(dice: random.Random) -> str:
    loss, norm = dice.randint(780, 1120) / 1000, dice.randint(20, 180) / 100
    return f"step {{n}}: loss {loss:.4f}, grad_norm {norm:.2f}, learning_rate 0.0002, 6.02 s/it"


_AXOLOTL = Program(
    9_400 * MB,
    (
        (4, "[{time}] [INFO] [axolotl.cli.config] config: examples/llama-3/lora-1b.yml"),
        (12, "[{time}] [INFO] [axolotl.utils.data] Loading dataset teknium/GPT4-LLM-Cleaned"),
        *((16 + 4 * n, f"Tokenizing Prompts: {25 * n:3d}%|{('#' * (5 * n // 2)).ljust(10)}|") for n in range(5)),
        *_loading(2, 40, 5),
        (54, "[{time}] [INFO] [axolotl.loaders.adapter] trainable params: 11,272,192 || trainable%: 0.90"),
        (58, "[{time}] [INFO] [axolotl.train] Starting trainer..."),
    ),
    6.0,
    _training,
)


def _sglang(dice: random.Random) -> str:
    if dice.random() < 0.5:
        return _served("POST /v1/chat/completions", "GET /health")(dice)
    running = dice.randint(1, 6)
    speed = running * dice.randint(40, 70)
    return f"[{{time}}] Decode batch. #running-req: {running}, gen throughput (token/s): {speed}.0, #queue-req: 0"


_SGLANG = Program(
    11_200 * MB,
    (
        (5, "[{time}] server_args=ServerArgs(port=30000, mem_fraction_static=0.88)"),
        (14, "[{time}] Init torch distributed begin."),
        (18, "[{time}] Load weight begin. avail mem=23.31 GB"),
        *_loading(4, 30, 4),
        (48, "[{time}] Load weight end. type=Qwen2ForCausalLM, mem usage=14.32 GB"),
        (60, "[{time}] Capture cuda graph end. Time elapsed: 9.87 s"),
        (64, "INFO:     Uvicorn running on http://0.0.0.0:30000 (Press CTRL+C to quit)"),
        (66, "[{time}] The server is fired up and ready to roll!"),
    ),
    3.0,
    _sglang,
)
_LLAMA_CPP = Program(
    2_300 * MB,
    (
        (1, "ggml_cuda_init: found 1 CUDA devices"),
        (2, "main: HTTP server is listening, hostname: 0.0.0.0, port: 8080, http threads: 15"),
        (3, "main: loading model"),
        *((5 + 3 * n, f"llama_download: {20 * n:3d}% of 4.7 GB") for n in range(1, 6)),
        (24, "load_tensors: offloaded 29/29 layers to GPU"),
        (27, "main: model loaded"),
        (27.5, "srv  update_slots: all slots are idle"),
    ),
    4.0,
    lambda dice: (
        f"slot print_timing: id {dice.randint(0, 3)} | eval time = {dice.randint(900, 9000)} ms / "
        f"{dice.randint(60, 600)} tokens ({dice.randint(55, 75)}.4 tokens per second)"
    ),
)
_A1111 = Program(
    8_100 * MB,
    (
        (4, "Launching Web UI with arguments: --listen --port 3000"),
        (10, "Loading weights from models/Stable-diffusion/v1-5-pruned-emaonly.safetensors"),
        *((12 + 3 * n, f"  {25 * n:3d}% of 4.3 GB") for n in range(1, 5)),
        (28, "Running on local URL:  http://0.0.0.0:3000"),
        (30, "Model loaded in 5.8s (load weights from disk: 1.2s, apply weights to model: 3.9s)."),
    ),
    4.0,
    lambda dice: (
        f"Total progress: {dice.randint(1, 20) * 5:3d}% of 20 steps, {dice.randint(6, 9)}.{dice.randint(0, 9)}it/s"
    ),
)
_WHISPER = Program(
    4_600 * MB,
    (
        (3, "INFO:     Started server process [1]"),
        *((4 + 2 * n, f"model large-v3: {25 * n:3d}% of 2.9 GB") for n in range(1, 5)),
        (16, "INFO:     Application startup complete."),
        (16.5, "INFO:     Uvicorn running on http://0.0.0.0:9000 (Press CTRL+C to quit)"),
    ),
    5.0,
    _served("POST /asr?output=json", "POST /asr?output=srt", "POST /detect-language", "GET /docs"),
)


def _blender(dice: random.Random) -> str:
    tile = dice.randint(1, 64)
    return f"Fra:{{n}} Mem:{dice.randint(900, 4200)}.00M | Sample {tile * 2}/128 | Remaining:00:{64 - tile:02}.00"


_BLENDER = Program(
    1_700 * MB,
    ((2, "Blender 4.4.3"), (5, "Read blend: /config/scene.blend"), (9, "Compiling Cycles kernel (optix)")),
    3.0,
    _blender,
)
_JUPYTER = Program(
    5_900 * MB,
    (
        (3, "[I {clock} ServerApp] jupyterlab | extension was successfully loaded."),
        (4, "[I {clock} ServerApp] Serving notebooks from local directory: /home/jovyan"),
        (5, "[I {clock} ServerApp] Jupyter Server 2.16.0 is running at: http://0.0.0.0:8888/lab"),
    ),
    6.0,
    lambda dice: (
        f"[I {{clock}} ServerApp] 200 GET /api/kernels ({_client(dice)}) {dice.randint(1, 30)}.{dice.randint(10, 99)}ms"
    ),
)
_MINECRAFT = Program(
    330 * MB,
    (
        (2, "[{clock}] [ServerMain/INFO]: Starting minecraft server version 1.21.8"),
        (4, "[{clock}] [Server thread/INFO]: Starting Minecraft server on *:25565"),
        *((6 + 3 * n, f"[{{clock}}] [Worker-Main-1/INFO]: Preparing spawn area: {20 * n}%") for n in range(6)),
        (23, '[{clock}] [Server thread/INFO]: Done (19.204s)! For help, type "help"'),
    ),
    9.0,
    lambda dice: (
        f"[{{clock}}] [Server thread/INFO]: Player{dice.randint(1, 9)} {dice.choice(('joined', 'left'))} the game"
    ),
)
_POSTGRES = Program(
    170 * MB,
    (
        (1, "{clock} UTC [1] LOG:  starting PostgreSQL 17.6 on x86_64-pc-linux-gnu"),
        (1.2, '{clock} UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432'),
        (2, "{clock} UTC [1] LOG:  database system is ready to accept connections"),
    ),
    20.0,
    lambda dice: (
        f"{{clock}} UTC [27] LOG:  checkpoint complete: wrote {dice.randint(3, 240)} buffers "
        f"({dice.randint(0, 1)}.{dice.randint(0, 9)}%)"
    ),
)
_PYTORCH = Program(
    3_500 * MB,
    (
        (2, "torch 2.8.0+cu128, CUDA available: True"),
        (6, "node-0:1:1 [0] NCCL INFO NET/Socket: Using [0]eth0"),
        (9, "node-0:1:1 [0] NCCL INFO Init COMPLETE"),
    ),
    5.0,
    lambda dice: f"step {{n}}: all-reduce of 1 GiB at {dice.randint(80, 180) / 10} GB/s",
)
_BY_NAME = (
    ("vllm", _VLLM),
    ("sglang", _SGLANG),
    ("llama.cpp", _LLAMA_CPP),
    ("comfyui", _COMFYUI),
    ("ollama", _OLLAMA),
    ("axolotl", _AXOLOTL),
    ("a1111", _A1111),
    ("whisper", _WHISPER),
    ("blender", _BLENDER),
    ("jupyter", _JUPYTER),
    ("minecraft", _MINECRAFT),
    ("pgvector", _POSTGRES),
    ("postgres", _POSTGRES),
    ("pytorch", _PYTORCH),
    ("nginx", _NGINX),
)


@lru_cache(maxsize=256)
def program_of(image: str) -> Program:
    """The program in an image, by its name; `open-webui:ollama` counts as the web service that it is."""
    name = image.rpartition("@")[0] or image
    name = name.rpartition(":")[0] or name
    return next((program for word, program in _BY_NAME if word in name), _OTHER)

"""A pretended shell for the practice gateway: a handful of commands, nothing is executed.

Frames: the first byte says what follows: 100 standard output, 101 standard error, from the client 104 input and
105 window size (shared reference, 5.4; recordings ws_shell_*).
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from starlette.websockets import WebSocket

from akash_tui.practice.gateway.line_editor import END, LineEditor

STDOUT, STDERR, STDIN, RESIZE = 100, 101, 104, 105
_FILES = "bin  dev  etc  home  lib  proc  root  sys  tmp  usr  var\n"
PROMPT = "# "
END_OF_INPUT = 0x04


@dataclass(slots=True)
class Finished:
    """What a command printed and its exit code; None for an unknown command."""

    code: int | None
    out: str = ""
    err: str = ""


@dataclass(slots=True)
class Session:
    """One shell: whose name it says, the GPUs (name, GiB) that it sees, the size of its window (rows, columns)."""

    host: str
    gpus: Sequence[tuple[str, int]] = ()
    size: tuple[int, int] = (24, 80)
    typed: bytearray = field(default_factory=bytearray)

    def lines(self, data: bytes) -> Iterator[tuple[str, str | None]]:
        """The lines that are complete with these bytes, where there is no terminal; END for the end of input."""
        for byte in data:
            if byte == END_OF_INPUT and not self.typed:
                yield "", END
            elif byte in b"\r\n":
                line = self.typed.decode(errors="replace")
                self.typed.clear()
                yield "", line
            else:
                self.typed.append(byte)

    def run(self, words: list[str]) -> Finished:
        """One command line, already split."""
        name, rest = words[0], words[1:]
        if name in ("sh", "/bin/sh", "bash", "/bin/bash") and rest[:1] == ["-c"] and len(rest) > 1:
            return self.script(rest[1])
        if name == "echo":
            return Finished(0, " ".join(rest) + "\n")
        if name == "hostname":
            return Finished(0, self.host + "\n")
        if name == "ls":
            missing = next((word for word in rest if word not in ("/", ".", "-l", "-la")), None)
            if missing:
                return Finished(2, "", f"ls: {missing}: No such file or directory\n")
            return Finished(0, _FILES)
        if name == "stty" and rest == ["size"]:
            return Finished(0, f"{self.size[0]} {self.size[1]}\n")
        if name == "nvidia-smi":
            return Finished(0, gpu_table(self.gpus)) if self.gpus else Finished(None)
        if name in ("true", "false", "env", "id", "pwd"):
            said = {"env": "PATH=/usr/bin:/bin\n", "id": "uid=0(root) gid=0(root)\n", "pwd": "/\n"}.get(name, "")
            return Finished(int(name == "false"), said)
        if name == "blob":
            return Finished(0, "".join(map(chr, range(256))))
        return Finished(None)

    def script(self, line: str) -> Finished:
        """A line as typed into a shell: commands apart by `;`, unknown ones are 127."""
        done = Finished(0)
        for part in line.split(";"):
            try:
                words = shlex.split(part)
            except ValueError:
                return Finished(2, done.out, done.err + "sh: syntax error\n")
            if not words:
                continue
            if words[0] == "exit":
                code = int(words[1]) if len(words) > 1 and words[1].isdigit() else done.code
                return Finished(code, done.out, done.err)
            one = self.run(words)
            if one.code is None:
                one = Finished(127, "", f"sh: {words[0]}: not found\n")
            done = Finished(one.code, done.out + one.out, done.err + one.err)
        return done


def gpu_table(gpus: Sequence[tuple[str, int]]) -> str:
    """What `nvidia-smi` prints for these GPUs (name, GiB)."""
    rule, bold = (
        "+" + "+".join("-" * n for n in (41, 24, 22)) + "+",
        "|" + "+".join("=" * n for n in (41, 24, 22)) + "|",
    )
    lines = [
        "+" + "-" * 89 + "+",
        f"| {'NVIDIA-SMI 580.82.07':<30}{'Driver Version: 580.82.07':<38}{'CUDA Version: 13.0':<20}|",
        rule,
        f"| {'GPU  Name':<40}| {'Bus-Id          Disp.A':<23}| {'Volatile Uncorr. ECC':<21}|",
        f"| {'Fan  Temp   Perf    Pwr:Usage/Cap':<40}| {'Memory-Usage':>22} | {'GPU-Util  Compute M.':<21}|",
        bold,
    ]
    for number, (name, memory) in enumerate(gpus):
        total = memory * 1024
        lines += [
            f"| {f'{number:3d}  {name}':<40}| {f'00000000:{number + 1:02X}:00.0 Off':<23}| {'Off':>20} |",
            f"| {'30%   34C    P8       22W / 350W':<40}| {f'12MiB / {total}MiB':>22} | {'0%      Default':>20} |",
            rule,
        ]
    return "\n".join([*lines, "practice network: nothing is computed here", ""])


async def run_shell(
    socket: WebSocket, host: str, gpus: Sequence[tuple[str, int]], *, tty: bool, stdin: bool, words: list[str]
) -> int | None:
    """Run a command over an accepted websocket; its exit code, None if it does not exist."""
    session = Session(host, gpus)
    interactive = words[0] in ("sh", "/bin/sh", "bash", "/bin/bash") and len(words) == 1
    if interactive and stdin:
        return await _talk(socket, session, tty)
    if words[0] == "cat" and stdin:
        return await _cat(socket)
    done = session.run(words)
    if done.out:
        await socket.send_bytes(bytes([STDOUT]) + _bytes(done.out, tty))
    if done.err:
        await socket.send_bytes(bytes([STDOUT if tty else STDERR]) + _bytes(done.err, tty))
    return done.code


def _bytes(text: str, tty: bool) -> bytes:
    raw = bytes(map(ord, text)) if max(map(ord, text)) < 256 else text.encode()
    return raw.replace(b"\n", b"\r\n") if tty else raw


async def _input(socket: WebSocket, session: Session) -> bytes | None:
    """The next typed bytes; window sizes are noted, text and empty frames ignored; None when the client left."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        frame = message.get("bytes") or b""
        if not frame:
            continue
        if frame[0] == STDIN:
            return bytes(frame[1:])
        if frame[0] == RESIZE and len(frame) >= 5:
            columns, rows = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
            session.size = (rows, columns)
        elif frame[0] != RESIZE:
            await asyncio.Event().wait()  # the real server stops reading after an unknown code (fact 48)


async def _cat(socket: WebSocket) -> int:
    session = Session("")
    while True:
        data = await _input(socket, session)
        if data is None:
            return 0
        text, end, _ = data.partition(bytes([END_OF_INPUT]))
        if text:
            await socket.send_bytes(bytes([STDOUT]) + text)
        if end:
            return 0


async def _talk(socket: WebSocket, session: Session, tty: bool) -> int:
    """A session line by line, until `exit` or end of input; on a terminal with a prompt and an editor of lines."""
    editor = LineEditor(PROMPT)

    async def say(text: str, code: int = STDOUT) -> None:
        if text:
            await socket.send_bytes(bytes([code]) + _bytes(text, tty))

    if tty:
        await say(PROMPT)
    last = 0
    while True:
        data = await _input(socket, session)
        if data is None:
            return last
        for echo, line in editor.typed(data) if tty else session.lines(data):
            await say(echo)
            if line is None:
                continue
            if line == END or line.strip() == "exit":
                return last  # as a shell does: the code of what ran before
            done = session.script(line)
            last = (done.code or 0) if line.strip() else last
            await say(done.out)
            await say(done.err, STDOUT if tty else STDERR)
            if line.split(";")[-1].split()[:1] == ["exit"]:
                return last
            if tty:
                await say(PROMPT)

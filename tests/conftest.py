"""Fixtures of all tests: wallet files that open quickly, practice networks that are shared."""

from __future__ import annotations

import gc
import hashlib
import os
import random
import signal
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path

import hypothesis
import keyring
import keyring.backends.fail
import pytest

from akash_tui.adapters.wallet import vault_file
from akash_tui.domain.secret import Secret
from akash_tui.services.storage.home import unreadable_rows
from tests.helpers.forked_workers import fork_workers
from tests.helpers.worlds import Worlds

hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")  # no example fails for taking long: another program may be busy


HERE = Path(__file__).parent
SLOW_ROOMS = ("e2e", "soak", "services/on_practice", "ui/on_practice")
"""Real practice networks, real terminals, programs that are killed."""
SLOW_FIXTURES = {"practice", "worlds"}
"""A practice network beside the test: it mostly waits for blocks and answers."""
SLOW_IN_A_ROW = 6
"""Slow tests of one file that one process does after each other, so that they share their practice networks."""


MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes that must be free there, several times what a run leaves."""


def pytest_configure() -> None:
    """Hang-ups end the tests' programs, as they do from a terminal, also where the runner was started by `nohup`.

    Temporary files lie in memory where there is room, unless TMPDIR says where: a disk that has to write each commit
    of each journal takes a quarter of the time of tests about the journal, and as long again in waiting.
    """
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        held = os.statvfs(MEMORY)
        if held.f_bavail * held.f_frsize >= ROOM and not held.f_flag & os.ST_NOEXEC:  # some tests run scripts of theirs
            os.environ["TMPDIR"] = str(MEMORY)
            tempfile.tempdir = None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[object]) -> None:
    """Import what is asked for once, and not in each test process."""
    asked = [config.invocation_params.dir / argument.split("::")[0] for argument in config.args]
    files = chain.from_iterable([path] if path.is_file() else sorted(path.rglob("test_*.py")) for path in asked)
    fork_workers(len(specs), config.rootpath, files)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by its room or fixtures, and let every test process do slow and quick tests by turns.

    Slow tests mostly wait and quick ones mostly calculate: while some processes wait, others use the processors. Files
    are mixed, always in the same way, because a test of a screen takes a hundred times as long as one of the domain.
    The last tests of each process are quick, so what is left at the end is short and easily shared (each process gets
    one slice of the list, and takes from others when it has done its own).
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.path.relative_to(HERE).as_posix().startswith(SLOW_ROOMS) or not SLOW_FIXTURES.isdisjoint(fixtures):
            item.add_marker(pytest.mark.slow)
    slow: list[list[pytest.Item]] = []
    quick: list[list[pytest.Item]] = []
    for _, tests in groupby(items, lambda item: (item.path, item.get_closest_marker("slow") is None)):
        file = list(tests)
        if file[0].get_closest_marker("slow") is None:
            quick.append(file)
        else:
            slow += [file[at : at + SLOW_IN_A_ROW] for at in range(0, len(file), SLOW_IN_A_ROW)]
    random.Random(0).shuffle(quick)
    mixed = list(chain(*quick))
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share = len(mixed) // processes + 1
    items[:] = [
        item for n in range(processes) for item in by_turns(slow[n::processes], mixed[n * share : (n + 1) * share])
    ]


def by_turns(slow: list[list[pytest.Item]], quick: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Rows of slow ones, spread evenly over the first four fifths of the quick ones."""
    between = len(quick) * 4 // 5 // (len(slow) or 1)
    for n, row in enumerate(slow):
        yield from row
        yield from quick[n * between : (n + 1) * between]
    yield from quick[len(slow) * between :]


def pytest_collection_finish() -> None:
    """Search the collected tests and modules for cycles once, not in the middle of every few tests.

    All of them stay until the end. With Python's own thresholds a quarter of the time of the screen tests went into
    full collections.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _quick_wallet_files() -> Iterator[None]:
    """Seal with the least cost that the program still opens, and pay it once for each passphrase.

    All files have one salt, so a passphrase gives one key, which is derived when it is first used. `test_vault` seals
    one at the real cost, and others with salts of their own.
    """
    derive = vault_file._derive
    derived: dict[tuple[bytes, bytes, int], bytes] = {}

    def derive_once(passphrase: Secret, salt: bytes, n: int, key: bytearray) -> None:
        wanted = hashlib.sha256(passphrase.buffer).digest(), salt, n
        if wanted not in derived:
            derive(passphrase, salt, n, key)
            derived[wanted] = bytes(key)
        key[:] = derived[wanted]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault_file, "SCRYPT_N", vault_file._LEAST_N)
        patch.setattr(vault_file, "_derive", derive_once)
        patch.setattr(vault_file, "_fresh_salt", lambda: b"salt of the test")
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_keyring() -> None:
    """No test finds a keyring that it did not set.

    Left to itself, `keyring` takes the best backend of all classes that are defined in this process: that of this
    machine, or a fake one from whichever test file has been imported.
    """
    keyring.set_keyring(keyring.backends.fail.Keyring())


@pytest.fixture(autouse=True)
def _no_rows_of_others() -> None:
    """No test is shown what another one of this process could not read: the app reports it at its next chance."""
    unreadable_rows.take()


WORLDS = pytest.StashKey[Worlds]()


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Worlds]:
    """Practice networks by scenario, shared by the tests of this process."""
    made = pytestconfig.stash[WORLDS] = Worlds(tmp_path_factory.mktemp("worlds"))
    yield made
    made.close()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End the practice networks when the quick tests begin: twenty blocks a second cost time, used or not.

    Last of all, so that the fixtures of the test before can still close what they opened.
    """
    worlds = item.config.stash.get(WORLDS, None)
    if worlds is not None and nextitem is not None and nextitem.get_closest_marker("slow") is None:
        worlds.close()

# akash-tui. `make demo` and `make test` set up everything they need in .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# more test processes than cores: many tests wait for a screen, a block or another process
JOBS   ?= 8
# sessions of `make soak`, and what generates them
RUNS   ?= 20
SEED   ?= 1
# the tests start hundreds of Python processes: without this, each of them compiles the program again
unexport PYTHONDONTWRITEBYTECODE
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo help run dev test soak check lint types proto shots bench lock clean

demo: $(VENV)/.ready          ## set up, then the app on a practice network: no keys, no money (the default)
	@$(BIN)/akash-tui demo

help:                         ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

run: $(VENV)/.ready           ## set up, then the app
	@$(BIN)/akash-tui

dev: $(VENV)/.ready-dev       ## the demo under Textual's devtools (in another terminal: .venv/bin/textual console)
	$(BIN)/textual run --dev -c "$(BIN)/akash-tui demo"

test: $(VENV)/.ready-dev      ## set up, then all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

soak: $(VENV)/.ready-dev      ## RUNS=20 generated sessions with kills, network faults and lies, judged by the chain's books
	$(BIN)/python -m tests.soak --runs $(RUNS) --seed $(SEED)

check: $(VENV)/.ready-dev lint types test   ## what CI runs: format, lint, types, tests

lint: $(VENV)/.ready-dev      ## format and lint, without changing files
	$(BIN)/ruff format --check akash_tui tests
	$(BIN)/ruff check akash_tui tests

types: $(VENV)/.ready-dev     ## mypy --strict
	$(BIN)/mypy

proto: $(VENV)/.ready-dev     ## regenerate akash_tui/wire from the .proto files
	$(BIN)/python akash_tui/wire/generate.py

shots: $(VENV)/.ready-dev     ## regenerate screenshots/ from practice scenarios
	$(BIN)/python tests/shots.py

bench: $(VENV)/.ready-dev     ## ratios measured side by side in one run
	$(BIN)/python -m tests.bench

lock:                         ## new exact versions (needs uv)
	uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml --group dev --group build -o requirements-dev.lock

clean:                        ## delete .venv and all caches
	rm -rf $(VENV) .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else "akash-tui needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12 ..." % v)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml $(VENV)/bin/python
	@echo "setting up $(VENV) (once) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml $(VENV)/bin/python
	@echo "setting up $(VENV) with the test tools (once) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.ready

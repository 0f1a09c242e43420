# Two commands do all set-up: `make demo` shows the main job, `make test` checks everything.
PYTHON ?= python3
DEMO_ITEM ?= avonel-tarsk-weight
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# the tests start hundreds of interpreters: let them keep what they compile, wherever this is switched off
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test lint types contracts unit wheel test-all clean

help:
	@echo "make demo      run the shipped suite against the built-in control model: no key, no network"
	@echo "make test      lint, types, import contracts, tests, and a suite run from the built wheel"
	@echo "make test-all  the tests on Python 3.11, 3.12 and 3.13, and with the lowest allowed versions"

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "needs Python 3.11 or later: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

# pytest exits with 1 where probes fail, as the control's must: only other codes are faults of the demo
demo: $(READY)
	@echo "== One fact in every wording: what was trained passes, what was not shows why it fails"
	$(BIN)/pytest knowledge_cases --ft-model=control:memorizer -q -rN -k $(DEMO_ITEM) || [ $$? -eq 1 ]
	@echo
	@echo "== The whole suite: what surface memorization alone scores"
	$(BIN)/pytest knowledge_cases --ft-model=control:memorizer -q -rN --tb=no || [ $$? -eq 1 ]

test: lint types contracts unit wheel

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

unit: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal

wheel: $(READY)
	rm -rf dist .venvs/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	$(PYTHON) -m venv .venvs/wheel
	.venvs/wheel/bin/python -m pip install --quiet dist/*.whl
	.venvs/wheel/bin/python tests/wheel_smoke.py

test-all: $(READY)
	PATH="$(CURDIR)/$(BIN):$$PATH" .ci/test-all

clean:
	rm -rf $(VENV) .venvs dist .finetunebench .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

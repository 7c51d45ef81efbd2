# Everything that this project needs lives in this folder: .venv (Python packages) and .tools (programs).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
DATA ?= .demo

.PHONY: help setup tools demo test test-slow check bench corpora format docs lock

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.installed ## Python packages, into .venv

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Fairlead needs Python 3.11 or newer; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

tools: ## kubeconform, kustomize and helm, into .tools/bin
	@$(PYTHON) tools/install_tools.py

demo: setup ## the whole loop on this machine: a small forge, a sample repository, Fairlead (PORT=, DATA=)
	$(BIN)/fairlead demo --port $(PORT) --data-dir $(DATA)

test: setup tools ## the test suite
	$(BIN)/pytest -n auto -m "not slow"

test-slow: setup tools ## the tests that take longer
	$(BIN)/pytest -n auto -m slow

check: setup ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup tools ## measure how fast it is, as a table; FOLDER= for where (memory is fairest)
	$(BIN)/python -m bench $(if $(FOLDER),--folder $(FOLDER))

corpora: setup ## judge the last commits of the clones REPOS="..." and say how that went
	$(BIN)/python bench/corpora.py $(REPOS)

format: setup ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## make the pages of docs/reference/ again that are made from code
	$(BIN)/python -m app.reference

lock: setup ## pin the requirements of pyproject.toml again
	$(BIN)/uv pip compile -q pyproject.toml --extra otel --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --extra otel --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.lock

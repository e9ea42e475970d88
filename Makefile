# `make` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# No model hub is ever asked.
export HF_HUB_OFFLINE := 1
export HF_DATASETS_OFFLINE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo ui test lint types format check clean

help:  ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/.runtime  ## Virtual environment with everything the project runs on

demo: $(VENV)/.runtime  ## Set-up, then fine-tune and judge the sample brand (about 10 minutes)
	$(BIN)/python train.py brand=acme
	@echo "Next: make ui, and open the links above"

ui: $(VENV)/.runtime  ## The MLflow UI on this machine, http://127.0.0.1:5000
	$(BIN)/mlflow ui --backend-store-uri "$${MLFLOW_TRACKING_URI:-sqlite:///$(CURDIR)/mlflow.db}" --host 127.0.0.1 --port 5000

test: $(VENV)/.dev  ## All tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.dev  ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## Types
	$(BIN)/mypy

format: $(VENV)/.dev  ## Mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint types test  ## What CI runs

# data/generated stays: it cannot be built again, and without it a later model would learn from texts
# that an earlier one wrote.
clean:  ## Remove the virtual environment and everything built (not data/raw, data/generated)
	rm -rf $(VENV) data/built experiments/runs mlflow.db mlartifacts .mlflow.lock

# torch is pinned to one version and installed by pip: other ways of naming it fetch gigabytes of
# CUDA libraries.
$(VENV)/.runtime: requirements.txt requirements-no-deps.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say make PYTHON=python3.11 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-no-deps.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

# Everything runs in a virtual environment of its own; the only needs are Python 3.11+, pip, git and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint types bench train notebooks clean

demo: $(STAMP)  ## set up, analyse a bundled posting, show the verdict
	-$(BIN)/analyzer check tests/data/demo-posting.md

test: $(STAMP)  ## set up, run all tests
	$(BIN)/python -m pytest -n auto

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

bench: $(STAMP)  ## speed against a reference measured in the same run
	$(BIN)/python -m pytest tests/benchmarks -s -o addopts= -o python_files='bench_*.py'

train: $(STAMP)  ## retrain the shipped model from corpus/
	$(BIN)/analyzer train --corpus corpus -o models

notebooks: $(STAMP)  ## run the notebooks anew, in place; tables and pictures of the model card
	$(BIN)/python -m analyzer.cli.docs README.md models/README.md
	$(BIN)/python notebooks/execute.py

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

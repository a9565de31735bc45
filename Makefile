# Each target starts from a bare clone with Python (3.11 or newer), git and make.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin

.PHONY: demo test lint benchmark clean

demo: $(VENV)/run.stamp
	test -d demo/stedendriehoek || $(BIN)/thuisplan new demo/stedendriehoek --example stedendriehoek
	$(BIN)/thuisplan solve demo/stedendriehoek -o demo/plan --time-limit 300 --report

test: $(VENV)/dev.stamp lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

benchmark: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[analysis]'
	touch $@

$(VENV)/dev.stamp: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) demo

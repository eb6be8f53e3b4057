# `make run` and `make test` do all the set-up themselves. Needs Linux, Python 3.11 or newer, git and make.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run demo test check bench clean setup setup-dev

run: setup        ## start everything and print the address
	@$(BIN)/python -m local.launch

demo: setup       ## one board paper through the real worker, without a browser
	@$(BIN)/python -m local.launch demo

setup:
	@$(PYTHON) -m local.setup

setup-dev:
	@$(PYTHON) -m local.setup dev

check: setup-dev  ## linters, types, migrations, container files, and pages of docs/ that are up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py write_docs --check
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker/compose.yaml

test: check       ## everything that CI runs
	$(BIN)/python -m pytest -n 2 --dist loadfile

bench: setup-dev  ## times as ratios against a reference in the same run
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.engine

clean:            ## remove what set-up and runs made
	@$(PYTHON) -B -m local.clean

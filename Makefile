# The front door. `make demo` shows cutset at work; `make test` proves it. Each installs all that it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
export CUTSET_DATA ?= ../shared/data

.PHONY: help demo test check docs bench bench-ingest bench-append bench-rights bench-plan bench-link bench-exercise \
        bench-oversight bench-evidence bench-pages bench-serve bench-signature bench-target bench-track bench-allocate \
        pictures lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/core: requirements/core.txt pyproject.toml scripts/venv.sh
	@scripts/venv.sh $(VENV) requirements/core.txt
	@touch $@

$(VENV)/dev: requirements/dev.txt pyproject.toml scripts/venv.sh
	@scripts/venv.sh $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/core

demo: $(VENV)/core ## link a made exercise, and open its overview
	@$(BIN)/cutset demo --folder demo --open

test: $(VENV)/dev ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/dev ## lint, types, architecture, documentation
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory docs

docs: $(VENV)/dev ## build the documentation; a warning is an error
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build

bench: bench-append bench-rights bench-ingest ## run every benchmark and store the results

bench-append: $(VENV)/dev ## durable appends, SQLite and PostgreSQL, beside plain inserts
	@$(BIN)/python -m bench.append

bench-rights: $(VENV)/dev ## counts and fetches with rights, beside the same with none
	@$(BIN)/python -m bench.rights

bench-ingest: $(VENV)/dev ## UNODC end to end, beside a plain pandas and SQLite script
	@$(BIN)/python -m bench.ingest

pictures: $(VENV)/dev ## render the pictures of the documentation anew (needs Chromium)
	@$(BIN)/python scripts/pictures.py

bench-plan: $(VENV)/dev ## all measures of the Plan, first and again
	@$(BIN)/python -m bench.plan

bench-link: $(VENV)/dev ## linking: accuracy, batch, lookups, undo; beside Splink and others
	@$(BIN)/python -m bench.link_accuracy
	@$(BIN)/python -m bench.link_batch
	@$(BIN)/python -m bench.link_latency
	@$(BIN)/python -m bench.link_leads
	@$(BIN)/python -m bench.link_submit
	@$(BIN)/python -m bench.link_undo

bench-signature: $(VENV)/dev ## drug signatures: statements that mislead, on made samples
	@$(BIN)/python -m bench.signature

bench-target: $(VENV)/dev ## shipments ranked for inspection in a made world, beside chance
	@$(BIN)/python -m bench.target --seeds 3 --scale 2

bench-track: $(VENV)/dev ## the picture of a watch: positions indexed a second, pictures, beside linear scans
	@$(BIN)/python -m bench.track

bench-allocate: $(VENV)/dev ## placing means: exact beside greedy, and against organisations that learn
	@$(BIN)/python -m bench.allocate

bench-exercise: $(VENV)/dev ## the made world: events a second, memory, displacement
	@$(BIN)/python -m bench.exercise

bench-oversight: $(VENV)/dev ## what a look costs; a thousand random edits of a store
	@$(BIN)/python -m bench.looks
	@$(BIN)/python -m bench.tamper

bench-evidence: $(VENV)/dev ## a package of 10,000 exhibits, a file of 4 GiB, verifying a million reports
	@$(BIN)/python -m bench.evidence

bench-serve: $(VENV)/dev ## 200 viewers at once, on PostgreSQL and SQLite
	@$(BIN)/python -m bench.serve

bench-pages: $(VENV)/dev ## script of the first page, a map of 100,000 points moved, a graph of 500 nodes
	@$(BIN)/python -m bench.pages

lock: $(VENV)/dev ## pin every requirement anew, with hashes
	@scripts/lock.sh $(BIN)

clean: ## remove what was built
	@rm -rf build dist demo docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

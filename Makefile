# Everything from a clean clone, with nothing but python3 and make. `make help` lists the targets.
VENV  := .venv
PY    := $(VENV)/bin/python
ARGS  ?=
CASES ?=
LOCK  := $(VENV)/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
         --only-binary :all: --python-version 3.11 pyproject.toml

.PHONY: help setup setup-test demo up test check format bench cases lock clean

help:            ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

setup: $(VENV)/.installed  ## the product at .venv/bin/keepwarm

setup-test: $(VENV)/.installed-test $(VENV)/.installed-browser  ## what the tests and checks need, a browser included

$(VENV)/.installed: requirements.lock pyproject.toml bin/setup
	bin/setup product

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	bin/setup test

$(VENV)/.installed-browser: bin/setup $(VENV)/.installed-test
	bin/setup browser

demo: setup      ## one story, told on real components; ARGS=--once ends it
	$(VENV)/bin/keepwarm demo $(ARGS)

up: setup        ## everything on this machine, until Ctrl-C
	$(VENV)/bin/keepwarm up $(ARGS)

test: setup-test  ## all tests; ARGS='-k name' chooses
	$(PY) -m pytest -n 2 --dist loadgroup --ignore=tests/end_to_end $(ARGS) $(if $(ARGS),|| [ $$? -eq 5 ])
	$(PY) -m pytest -n 2 --dist loadfile tests/end_to_end $(ARGS) $(if $(ARGS),|| [ $$? -eq 5 ])

check: $(VENV)/.installed-test  ## format, lint, types, who imports whom
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/.installed-test  ## lay the code out and mend what ruff can mend
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.installed-test  ## measure, against controls in the same run
	$(PY) -m bench $(ARGS)

cases: $(VENV)/.installed-test ## the product's real code over a folder of real cases: CASES=DIR
	$(PY) -m cases $(CASES)

lock: $(VENV)/.installed  ## newest versions into both locks, with hashes and without hosts
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --group test -c requirements.lock -o requirements-test.lock

clean:           ## forget what set-up made; the state folder stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

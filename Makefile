# Kairan: `make serve` and `make test` do all the set-up that they need.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export KAIRAN_BASE_URL ?= http://127.0.0.1:$(PORT)
.DEFAULT_GOAL := serve
.PHONY: serve test check bench lock messages rich clean

serve: .stamps/base .stamps/messages rich
	@exec $(BIN)/kairan serve --port $(PORT)

test: .stamps/dev .stamps/messages rich .stamps/chromium
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .stamps/dev .stamps/messages
	@$(BIN)/ruff format --check wiki tests
	@$(BIN)/ruff check wiki tests
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python -m pytest tests/test_floors.py tests/test_translations.py tests/test_settings.py -p no:cacheprovider

bench: .stamps/dev .stamps/messages
	@$(BIN)/python -m tests.bench.run $(ARGS); failed=$$?; $(BIN)/python -m tests.bench.participation || failed=1; $(BIN)/python -m tests.bench.search && exit $$failed

lock: .stamps/dev
	@bin/lock

messages:
	@bin/messages

clean:
	rm -rf .venv .stamps node_modules static/dist

# -- set-up, each step once --------------------------------------------------------------------------------------
.stamps/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Kairan needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Install it, or name it: make PYTHON=python3.11" >&2; exit 1; }
	@mkdir -p .stamps 2>/dev/null && touch $@ 2>/dev/null || { echo "Kairan cannot write to this folder: $(CURDIR)" >&2; exit 1; }

.venv/bin/python: | .stamps/python
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing; on Debian: apt install python3-venv" >&2; exit 1; }

.stamps/base: requirements/base.txt pyproject.toml | .venv/bin/python
	@echo "Setting up (once, a minute or so) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt 2>&1 | grep -v '^WARNING' ; exit $${PIPESTATUS[0]}
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.stamps/dev: requirements/dev.txt .stamps/base
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt 2>&1 | grep -v '^WARNING' ; exit $${PIPESTATUS[0]}
	@touch $@

.stamps/messages: $(wildcard wiki/translations/*/LC_MESSAGES/messages.po) .stamps/base
	@$(BIN)/pybabel -q compile -d wiki/translations
	@touch $@

# What Node adds: the rich editor in static/dist/. Without it the plain editor does everything.
rich: | .stamps/python
	@if bin/has-node; then $(MAKE) -s .stamps/node 2>/dev/null \
	  || echo "The rich editor could not be built; the plain one works. The next start tries again."; \
	  else echo "Node 20 is not here: no rich editor, and its tests are skipped (Debian: apt install nodejs npm)"; fi

.stamps/packages: package.json package-lock.json | .stamps/python
	@npm ci --silent
	@touch $@

.stamps/node: $(wildcard static/js/rich/*.js) .stamps/packages
	@npm run --silent build
	@touch $@

.stamps/chromium: | .stamps/python
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y chromium fonts-noto-cjk >/dev/null; } \
	  || echo "Chromium is not here: browser tests will be skipped (Debian: apt install chromium fonts-noto-cjk)"
	@touch $@

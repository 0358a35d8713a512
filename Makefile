# Offerdock's commands; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint fmt bench chaos clean dev chromium unit integration pipeline browser

BIN := .venv/bin
# The first one that really runs and is new enough is taken.
PYTHONS := python3.13 python3.12 python3.11 python3
# Tests of whole runs, commands and killed workers.
PIPELINE := tests/integration/pipeline tests/integration/cli tests/integration/deliveries
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A finished installation leaves a note of what it was made of: a changed requirement installs anew,
# a moved folder starts over, anything else costs nothing.
# $(1): a requirements file
define install
	@made_of=$$(cat requirements.txt constraints.txt $(1) | cksum); note=.venv/installed-$(1); \
	[ "$$(cat $$note 2>/dev/null)" = "$$made_of" ] && grep -qF "$(CURDIR)/.venv" $(BIN)/activate && exit; \
	for python in $(PYTHONS) none; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	if [ $$python = none ]; then \
		echo "Offerdock needs Python 3.11 or newer (Debian: apt-get install python3-venv)." >&2; exit 1; \
	fi; \
	echo "Installing $(1) into .venv …" >&2; \
	if ! grep -qsF "$(CURDIR)/.venv" $(BIN)/activate; then \
		rm -rf .venv; \
		$$python -m venv .venv || { rm -rf .venv; \
			echo "$$python can't make .venv (Debian: apt-get install python3-venv)." >&2; exit 1; }; \
	fi; \
	$(PIP) install -r $(1) && echo "$$made_of" > $$note
endef

setup: ## Make .venv with everything the application needs
	$(call install,requirements.txt)

dev: setup
	$(call install,requirements-dev.txt)

run: setup ## Run everything with the demo on this machine (PORT=8000); Ctrl-C stops it
	@exec $(BIN)/flask up

# $(1): what is checked, $(2): the command
define check
	@echo; echo "== $(1)"; began=$$(date +%s); $(2) && echo "== $(1): $$(($$(date +%s) - began)) s"
endef

lint: dev ## Check style, types, import contracts and templates
	$(call check,ruff,$(BIN)/ruff check .)
	$(call check,format,$(BIN)/ruff format --check .)
	$(call check,mypy,$(BIN)/mypy)
	$(call check,imports,$(BIN)/lint-imports)
	$(call check,djlint,$(BIN)/djlint --quiet --lint templates)

test: lint chromium ## Check and test everything
	@echo; echo "Unit, integration and browser tests run side by side; each reports at its end."
	@$(MAKE) --no-print-directory -j3 --output-sync=target pipeline browser integration unit

unit: dev
	$(call check,unit,$(BIN)/pytest -q --durations=5 tests/unit)

# Most of these wait for processes that they start, so they run beside the others.
pipeline: dev
	$(call check,pipeline,$(BIN)/pytest -q --durations=5 $(PIPELINE))

integration: dev
	$(call check,integration,$(BIN)/pytest -q --durations=5 tests/integration $(PIPELINE:%=--ignore=%))

browser: dev
	$(call check,browser,$(BIN)/pytest -q --durations=5 tests/browser)

# Without it the browser tests say loudly that they did not run, and fail where CI=true.
chromium:
	@if [ -z "$$CHROMIUM" ] && ! command -v chromium chromium-browser >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing chromium for the browser tests …"; \
			export DEBIAN_FRONTEND=noninteractive; \
			apt-get update -qq && apt-get install -qq --no-install-recommends chromium >/dev/null; \
		else \
			echo "CHROMIUM IS MISSING: THE BROWSER TESTS WILL NOT RUN (Debian: apt-get install chromium)."; \
		fi; \
	fi || echo "CHROMIUM CAN'T BE INSTALLED: THE BROWSER TESTS WILL NOT RUN."

fmt: dev ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dev ## Measure speed and memory (some minutes)
	$(BIN)/python -m bench
	$(BIN)/python -m bench.door
	$(BIN)/python -m bench.issues
	$(BIN)/python -m bench.silences

chaos: dev ## Import and deliver thousands of offers while processes are killed and engines fail
	$(BIN)/python -m bench.chaos
	$(BIN)/python -m bench.chaos_deliveries

clean: ## Remove .venv and every cache; data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

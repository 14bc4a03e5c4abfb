# Every target does its own set-up: a virtual environment in .venv from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
DATA ?=
AUTOMATON := 'ahocorasick-rs>=1.0.3,<2'
ROUGE := 'rouge-score>=0.1.2,<0.2'
SUMMARIZERS := 'sumy>=0.11,<1' 'lxml-html-clean>=0.4'
SCITLDR ?= ../shared/data/scitldr/SciTLDR-A
FUZZER := 'atheris>=3,<4'
COUNT ?= 1000000
SEEDS ?= 20
# Where this is set, as in many images of containers, each worker and each bot that the tests start
# would compile all of it anew.
export PYTHONDONTWRITEBYTECODE :=
# More than there are cores: processes that are killed and gateways that are lost take waiting.
WORKERS ?= 4
FIRST_SEED ?= 1
KILLS ?= 200
MINUTES ?= 10
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help web demo screenshots run semantic test explore check check-text format lock replay bench bench-match bench-lookups \
  bench-delivery bench-latency bench-politeness bench-search bench-summary train-summary simulate kill soak fuzz-parser fuzz clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 24

web: $(VENV)/run ## Try Paperwire yourself, in a browser: no account, no network
	@$(MAKE) --silent semantic || echo 'Without vectors, which cannot be had here.'
	@$(BIN)/python -m bot demo --web $(ARGS)

demo: $(VENV)/run ## See Paperwire work: no account, no network, under a minute
	@$(MAKE) --silent semantic || echo 'Without vectors, which cannot be had here.'
	@$(BIN)/python -m bot demo $(ARGS)

run: $(VENV)/run ## Run the bot with the settings in .env
	@$(BIN)/python -m bot run

semantic: $(VENV)/semantic ## Install the model with which /similar compares by meaning

test: $(VENV)/dev ## Run the tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

screenshots: $(VENV)/dev ## Take the pictures of the documentation anew (needs Chromium)
	@$(BIN)/python -m pytest tests/sandbox/web/test_browser.py --screenshots docs $(ARGS)

check: $(VENV)/dev ## Lint, formatting, strict types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

explore: $(VENV)/dev ## Run the tests on twenty times as much made-up input, new each time: an hour
	@HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n $(WORKERS) --papers 2000 --timeout 3600 $(ARGS)

check-text: $(VENV)/dev ## Read 40,000 recorded papers as text, where they are at hand
	@$(BIN)/python -m pytest tests/text/test_kept.py --papers 40000 --timeout 600

format: $(VENV)/dev ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

replay: $(VENV)/run ## Replay recorded announcement days: make replay DATA=path/without/suffix
	@$(BIN)/python -m bot replay --data "$(DATA)" $(ARGS)

bench: $(VENV)/run ## Time a batch of 1,200 papers against 10,000 subscriptions
	@$(BIN)/python -m bot bench $(ARGS)

bench-match: $(VENV)/run ## Time matching at 10,000, 100,000 and 1,000,000 subscriptions
	@$(PIP) install $(AUTOMATON) || echo 'Without ahocorasick_rs, which cannot be had here.'
	@$(BIN)/python -m bot bench-match $(ARGS)

bench-delivery: $(VENV)/run ## Send 2,000 messages to 400 channels within Discord's limits
	@$(BIN)/python -m bot bench-delivery $(ARGS)

bench-latency: $(VENV)/run ## Time a listing's publication to the first post
	@$(BIN)/python -m bot bench-latency $(ARGS)

bench-politeness: $(VENV)/run ## See how arXiv is asked while all that asks it is in use
	@$(BIN)/python -m bot bench-politeness $(ARGS)

bench-lookups: $(VENV)/run ## Time /preview over 40,000 papers and /search over 100,000
	@$(BIN)/python -m bot bench-lookups $(ARGS)

simulate: $(VENV)/run ## Live through months in which all goes wrong: make simulate SEEDS=100 FIRST_SEED=1
	@$(BIN)/python -m bot simulate --seeds $(SEEDS) --first-seed $(FIRST_SEED) $(ARGS)

kill: $(VENV)/run ## Kill the bot over and over while it sends a batch: make kill KILLS=200 SEED=1
	@$(BIN)/python -m bot kill --kills $(KILLS) --seed $(SEED) $(ARGS)

soak: $(VENV)/run ## Keep the bot busy and see that it does not grow: make soak MINUTES=10 (Linux)
	@$(BIN)/python -m bot soak --minutes $(MINUTES) --seed $(SEED) $(ARGS)

bench-search: $(VENV)/semantic ## Judge and time /similar: make bench-search DATA=folder/of/collections
	@$(BIN)/python -m bot bench-search --data "$(or $(DATA),../shared/data/retrieval)" $(ARGS)

bench-summary: $(VENV)/run ## Score summaries beside others: make bench-summary SCITLDR=path/to/SciTLDR-A
	@$(PIP) install $(ROUGE)
	@$(PIP) install $(SUMMARIZERS) || echo 'Without LexRank and TextRank, which cannot be had here.'
	@$(BIN)/python -m bot bench-summary --data "$(SCITLDR)" $(ARGS)

train-summary: $(VENV)/run ## Find the weights of bot/text/weights.py: SCITLDR=path/to/SciTLDR-A
	@$(PIP) install $(ROUGE)
	@$(BIN)/python -m bot train-summary --data "$(SCITLDR)" $(ARGS)

fuzz-parser: $(VENV)/run ## Parse random queries: make fuzz-parser COUNT=1000000
	@$(BIN)/python -m bot fuzz-parser --count $(COUNT) $(ARGS)

fuzz: $(VENV)/run ## Let atheris look for queries that break the parser (Linux; needs atheris)
	@$(PIP) install $(FUZZER)
	@$(BIN)/python -m bot.sandbox.fuzz -max_len=700 -timeout=1 $(ARGS)

lock: $(VENV)/dev ## Renew the lock files from pyproject.toml
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  --extra semantic pyproject.toml -o requirements-semantic.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  --group dev --extra semantic pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Paperwire needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo 'On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }

$(VENV)/run: requirements.lock | $(VENV)/bin/python
	@echo 'Installing Paperwire in $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/semantic: requirements-semantic.lock $(VENV)/run
	@echo 'Installing the model for /similar in $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements-semantic.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/bin/python
	@echo 'Installing Paperwire and its tools in $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/run $(VENV)/semantic

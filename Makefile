# `make book` and `make test` do all set-up that is missing. `make help` lists the targets.

.DEFAULT_GOAL := help
.PHONY: help setup book test proofs lint lock clean python

# The first Python of at least 3.11; name another with `make PYTHON=...`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
# One process for each core; the tests of a file share what they have set up.
PARALLEL := -n auto --dist loadfile

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 14

python:
	@echo $(PYTHON)

setup: $(READY) ## Create .venv with the locked packages

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "peerbook needs Python 3.11 or newer; found none. Try make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

book: $(READY) ## Build the whole report from the stand-in data: _build/html/index.html, and as PDF
	$(BIN)/peerbook build --strict
	$(BIN)/peerbook export pdf summary

test: $(READY) ## Run the tests, in under ten minutes
	$(BIN)/python -m pytest -m "not slow" $(PARALLEL)

proofs: $(READY) ## Run the longer proofs as well
	$(BIN)/python -m pytest -m slow $(PARALLEL)

lint: $(READY) ## Check style, and that notebooks are committed without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/nbstripout --keep-id --verify notebooks/*/*.ipynb

lock: ## Renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --extra build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --output-file requirements.lock

clean: ## Remove what was built and set up
	rm -rf _build .venv

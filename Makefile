PYTHON ?= python3
VENV := .venv/bin

# What one process has compiled, the next need not: a run starts dozens.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-services soak bench

help:  ## Say what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run:  ## Serve the site with its worker, scanner and demo content; Ctrl-C stops everything
	@$(PYTHON) cms/bootstrap.py requirements.txt
	@exec $(VENV)/python manage.py run_site

test:  ## Run every check and the tests on SQLite, the wire faked at the socket
	@$(PYTHON) cms/bootstrap.py requirements-dev.txt
	@exec $(VENV)/python tests/checks.py

test-services:  ## Run the same suite on real PostgreSQL, Redis, clamd and S3, and Chromium
	@$(PYTHON) cms/bootstrap.py requirements-dev.txt
	@exec $(VENV)/python tests/services.py

soak:  ## Run the long ones: every fault at every step on both databases
	@$(PYTHON) cms/bootstrap.py requirements-dev.txt
	@exec $(VENV)/python tests/services.py --soak

bench:  ## Measure what is promised, into bench/results.json and README's table (ONLY=name: one)
	@$(PYTHON) cms/bootstrap.py requirements-dev.txt
	@ONLY="$(ONLY)" exec $(VENV)/python -m bench

# `make run` starts Liuke with a demo brand, `make test` checks everything; both first make .venv ready if it is not.
# Every path is relative, so that the checkout may lie in a directory with blanks in its name.

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
# for tools that read the settings but no data
THROW_AWAY := LIUKE_SECRET_KEY=only-to-look-at-the-code LIUKE_DATA_KEYS=1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=

.PHONY: help run shop shop-check test setup setup-test worker fast slow browser types lint floors migrations docs facts openapi messages \
	check lock bench-ground bench-mall bench-desk bench-loyalty bench-referral bench-client clean

help:
	@echo 'make run        start Liuke with a demo brand (PORT=8000)'
	@echo 'make shop       build the pages that customers open under /shop/'
	@echo 'make test       everything that must pass: lint, types, floors, tests'
	@echo 'make check      the same, with migrations and documents'
	@echo 'make fast       the tests that take no longer than a breath'
	@echo 'make slow browser bench-ground docs facts openapi messages lock worker clean'

run: setup shop
	@$(PY) -m liuke up --demo $(if $(PORT),--port $(PORT))

worker: setup
	@$(PY) -m liuke worker

# the shop's pages, from clients/shop; without Node or a registry everything else runs
shop: setup
	@sh scripts/shop.sh

# tests of the pages, and the mini-program as WeChat would look at it; after `make shop`
shop-check: shop
	@sh scripts/shop.sh check

setup:
	@sh scripts/setup.sh run

setup-test:
	@sh scripts/setup.sh test

test: lint types floors
	@$(PYTEST) -q -n 2

fast: setup-test
	@$(PYTEST) -q -n 2 -m 'not (slow or browser or bench or crash or race)'

slow: setup-test
	@$(PYTEST) -q -m 'slow'

browser: setup-test shop
	@$(PYTEST) -q -m 'browser'

lint: setup-test
	@$(PY) -m ruff check --quiet .

types: setup-test
	@$(THROW_AWAY) $(PY) -m mypy --no-error-summary liuke

floors: setup-test
	@.venv/bin/lint-imports --no-logo >.venv/floors.log || { cat .venv/floors.log; exit 1; }

migrations: setup-test
	@$(THROW_AWAY) $(PY) -m liuke makemigrations --check --dry-run

facts: setup
	@$(PY) -m liuke facts >docs/facts.md

openapi: setup-test
	@$(THROW_AWAY) $(PY) -m tools.published

schema: setup-test
	@$(THROW_AWAY) $(PY) -m tools.schema

messages: setup-test
	@$(THROW_AWAY) $(PY) -m tools.messages

docs: setup-test
	@$(PY) -m sphinx -q -W -b html docs docs/_build

check: lint types floors migrations docs
	@$(PYTEST) -q -n 2

bench-mall: setup-test
	@$(PY) -m benches.mall

bench-desk: setup-test
	@$(PY) -m benches.desk

bench-loyalty: setup-test
	@$(PY) -m benches.loyalty

bench-referral: setup-test
	@$(PY) -m benches.referral

# the shop on a slow phone, and what a purchase in it asks of the server; needs Chromium
bench-client: setup-test shop
	@$(PY) -m benches.client

bench-ground: setup-test
	@$(PY) -m benches.ground

# needs uv; what is resolved stands in uv.lock, and without any address in the lists that setup installs
PUBLIC_INDEX := https://pypi.org/simple
EXPORT := uv export -q --frozen --no-header --no-annotate --no-emit-project --extra build

lock:
	uv lock -q --default-index $(PUBLIC_INDEX)
	$(EXPORT) -o requirements.lock >/dev/null
	$(EXPORT) --extra test --extra docs -o requirements-test.lock >/dev/null
	$(EXPORT) --extra analytics-spark -o requirements-spark.lock >/dev/null

clean:
	rm -rf .venv dist build docs/_build

# Two commands: `make run` and `make test`. The rest is for people who change hookspan.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup ui run test check format generate lock bench wheel

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.tools/bin/uv: requirements/tools.txt
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

.venv/ready: requirements/dev.txt .tools/bin/uv pyproject.toml
	.tools/bin/uv venv --quiet --allow-existing --python $(PYTHON) .venv
	.tools/bin/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/hookspan.pth"
	@printf '#!%s\nimport sys\nfrom hookspan.cli import main\nsys.exit(main())\n' "$(CURDIR)/$(BIN)/python" | tee $(BIN)/hookspan > $(BIN)/prompt
	@chmod +x $(BIN)/hookspan $(BIN)/prompt
	@touch $@

web/node_modules/.ready: web/package-lock.json .venv/ready
	cd web && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

src/hookspan/static/index.html: web/node_modules/.ready $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

setup: .venv/ready ## bring the locked dependencies

ui: src/hookspan/static/index.html ## build the dashboard into the package

run: setup ui ## set up and start hookspan with its dashboard on SQLite
	$(BIN)/hookspan serve --dev

test: setup ui ## set up and pass every test
	cd web && npm test --silent
	$(BIN)/python -m pytest tests --ignore tests/faults --ignore tests/browser -n 2 --dist worksteal
	$(BIN)/python -m pytest tests/faults tests/browser -n 2 --dist worksteal

check: setup web/node_modules/.ready ## lint, types, import map, budgets, freshness of generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.budgets
	$(BIN)/python -m hookspan.api.dump --check openapi.json
	$(BIN)/python -m docs.generate --check
	cd web && npm run --silent check

format: setup ## sort, format and fix what tools can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

generate: setup web/node_modules/.ready ## regenerate openapi.json and the dashboard's client
	$(BIN)/python -m hookspan.api.dump openapi.json
	$(BIN)/python -m docs.generate
	cd web && npm run --silent generate

lock: .tools/bin/uv ## lock Python dependencies with hashes
	.tools/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --group dev pyproject.toml -o requirements/dev.txt
	.tools/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 requirements/tools.in -o requirements/tools.txt

bench: setup ## measure the hot path beside its limit and print the machine
	$(BIN)/python -m bench

wheel: setup ui ## build the wheel with the dashboard inside
	.tools/bin/uv build --quiet --wheel --out-dir dist

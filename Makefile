# Everything a developer runs; CI runs the same targets. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The package as it is installed: mypy cannot be told that some of its packages stand elsewhere.
TYPED := .cache/typed
VERSION = $(shell $(PYTHON) -c "import re; print(re.search(r'__version__ = .(.+).', open('copydesk/__init__.py').read())[1])")
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help capacity image sbom wheels install dev run test test-fast soak train lint format lexicon duplicates schemas screenshots docs lock bench bench-clean bench-health bench-history bench-index-size bench-kinds bench-languages bench-lines bench-memory bench-peers bench-serve bench-serve-beside bench-serve-servers bench-speed bench-stack bench-worst fuzz clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "copydesk needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 run"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what copydesk needs (once, about a minute)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

install: $(VENV)/.run ## Make .venv and install copydesk into it

dev: $(VENV)/.dev ## Install what tests, lint and benchmarks need as well

run: $(VENV)/.run ## Clean and index the articles in seeds/, then say what to try next
	@$(BIN)/copydesk run seeds/

test: $(VENV)/.dev ## Run all tests
	@$(BIN)/python -m pytest -m "not soak"

test-fast: $(VENV)/.dev ## Run the tests that need no server
	@$(BIN)/python -m pytest -m "not soak and not stack"

soak: $(VENV)/.dev ## Run the long fault and load tests
	@$(BIN)/python -m pytest -m soak

bench: $(VENV)/.dev ## Measure what the way costs, on seeds/ or on DATA=pages.jsonl.gz
	@$(BIN)/python -m bench.bench_run $(DATA)

bench-stack: $(VENV)/.dev ## Measure the same on a real Kafka and Elasticsearch, beside the embedded engines
	@$(BIN)/python -m bench.bench_stack $(DATA)

capacity: $(VENV)/.dev ## Measure each term of a day's load on real servers, on seeds/ or on DATA=pages.jsonl.gz, and multiply it to 10 million articles
	@$(BIN)/python -m bench.bench_capacity $(DATA)

bench-clean: $(VENV)/.dev ## Measure cleaning on DATA, a folder of pages with their truth, beside other programs; KEPT keeps what was read
	@test -n "$(DATA)" || { echo "name the folder: make bench-clean DATA=../bench"; exit 2; }
	@$(PIP) install --editable '.[all,train]'
	@$(BIN)/python -m bench.bench_clean $(DATA) $(if $(KEPT),--kept "$(KEPT)")

bench-health: $(VENV)/.dev ## Measure the alarms on made streams: changes found, how soon, false ones
	@$(BIN)/python -m bench.bench_health

bench-history: $(VENV)/.dev ## Measure a trace, a diff, what history adds to an index, and reclean beside clean --jsonl; SERVER=start for Elasticsearch
	@$(BIN)/python -m bench.bench_history $(if $(SERVER),--server "$(SERVER)")

bench-index-size: $(VENV)/.dev ## Measure what articles take in a real Elasticsearch, over their text: made ones, or those of DATA
	@$(BIN)/python -m bench.bench_index_size $(DATA)

bench-peers: $(VENV)/.dev ## Measure the other programs alone on DATA; go-trafilatura where Go is present
	@test -n "$(DATA)" || { echo "name the folder: make bench-peers DATA=../bench"; exit 2; }
	@$(PIP) install --editable '.[all,train,peers]'
	@if command -v go >/dev/null; then cd bench/go_trafilatura && go build -o $(CURDIR)/.cache/go_trafilatura .; fi
	@$(BIN)/python -m bench.bench_clean $(DATA) --peers

bench-lines: $(VENV)/.dev ## Measure single lines on DATA: word lists, learned words, both, by kind and language
	@test -n "$(DATA)" || { echo "name the folder: make bench-lines DATA=../bench"; exit 2; }
	@$(PIP) install --editable '.[all,train]'
	@$(BIN)/python -m bench.bench_lines $(DATA)

bench-memory: $(VENV)/.dev ## Measure what the memory of a source brings, on DATA, a folder of pages with their truth
	@test -n "$(DATA)" || { echo "name the folder: make bench-memory DATA=../bench"; exit 2; }
	@$(BIN)/python -m bench.bench_memory $(DATA)

bench-languages: $(VENV)/.dev ## Measure what texts of all languages cost a cleaning process, and whether it is thrown away
	@$(BIN)/python -m bench.bench_languages

bench-speed: $(VENV)/.dev ## Measure what cleaning a page costs beside trafilatura, on DATA, a folder of pages
	@test -n "$(DATA)" || { echo "name the folder: make bench-speed DATA=../bench"; exit 2; }
	@$(BIN)/python -m bench.bench_speed $(DATA)

bench-serve: $(VENV)/.dev ## Measure how fast the desk answers over 100,000 made-up articles, against the bars; FOLDER keeps them
	@$(BIN)/python -m bench.bench_serve 100000 $(FOLDER)

bench-serve-beside: $(VENV)/.dev ## Measure what a desk that is open takes from a run at full speed; SERVERS=1 on a real Kafka and Elasticsearch
	@$(BIN)/python -m bench.bench_serve_beside $(if $(SERVERS),--servers)

bench-serve-servers: $(VENV)/.dev ## Measure what the desk adds over a real Elasticsearch to what this says a question took
	@$(BIN)/python -m bench.bench_serve_servers

bench-kinds: $(VENV)/.dev ## Measure a WARC beside JSON Lines, rows with given facts beside rows without, and memory over a large archive, on seeds/ or on DATA=pages.jsonl.gz
	@$(BIN)/python -m bench.bench_kinds $(DATA)

bench-worst: $(VENV)/.dev ## Measure what the worst documents cost, against the bar
	@$(BIN)/python -m bench.bench_worst

fuzz: $(VENV)/.dev ## Clean pages made by chance for SECONDS (3600) and check that nothing is lost
	@$(BIN)/python -m scripts.fuzz --seconds $(or $(SECONDS),3600)

lint: $(VENV)/.dev ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@rm -rf $(TYPED) && mkdir -p $(TYPED)/copydesk
	@ln -s $(CURDIR)/copydesk/* $(addprefix $(CURDIR)/,consumers producers schemas) $(TYPED)/copydesk
	@ln -s $(CURDIR)/examples $(TYPED)
	@cd $(TYPED) && $(CURDIR)/$(BIN)/mypy --config-file $(CURDIR)/pyproject.toml --cache-dir $(CURDIR)/.mypy_cache

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lexicon: $(VENV)/.dev ## Format the word lists of the cleaning: one phrase a line, sorted, each once
	@$(BIN)/python -m scripts.format_lexicon

duplicates: $(VENV)/.dev ## Report phrases of the word lists that say the same; of one language: CODE=de
	@$(BIN)/python -m scripts.format_lexicon --duplicates $(if $(CODE),"$(CODE)")

schemas: $(VENV)/.run ## Write the JSON Schemas of the events anew
	@$(BIN)/python -m scripts.write_schemas

screenshots: $(VENV)/.dev ## Take pictures of the desk's pages into docs/img (Chromium is needed)
	@$(BIN)/python -m scripts.take_screenshots

docs: $(VENV)/.dev ## Write the tables and drawings of docs/ from the code, and build the site into site/
	@$(BIN)/python -m scripts.write_docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "site/index.html"

train: $(VENV)/.dev ## Train the models on DATA, a folder of pages with their truth outside the project
	@test -n "$(DATA)" || { echo "name the folder: make train DATA=../bench"; exit 2; }
	@$(PIP) install --editable '.[all,train]'
	@$(BIN)/python -m scripts.train_headlines $(DATA) --write
	@$(BIN)/python -m scripts.train_text $(DATA) --write
	@$(BIN)/python -m scripts.train_pages $(DATA) --write $(if $(KEPT),--kept "$(KEPT)")
	@$(BIN)/python -m scripts.train_types $(DATA) --write

lock: $(VENV)/.dev ## Resolve the dependencies anew into requirements*.txt
	@$(PIP) install uv
	@echo setuptools | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header \
		--python-version 3.11 --extra all pyproject.toml - -o requirements.txt
	@echo setuptools | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header \
		--python-version 3.11 --extra dev --constraint requirements.txt pyproject.toml - -o requirements-dev.txt

image: ## Build the image, labelled with the commit, with its list of parts and where it was made (Docker is needed)
	@docker buildx build --sbom=true --provenance=mode=max --output type=image --tag copydesk:$(VERSION) \
		--build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD) \
		--build-arg CREATED=$$(date -u +%Y-%m-%dT%H:%M:%SZ) .

sbom: $(VENV)/.run ## List the parts of the image in sbom.json: each locked package with version, licence and hashes (CycloneDX)
	@$(PIP) install 'cyclonedx-bom>=7'
	@$(BIN)/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml --of JSON -o sbom.json requirements.txt
	@echo "sbom.json"

wheels: $(VENV)/.run ## Check that each locked package has a wheel for the image's Python, on both architectures
	@$(BIN)/python -m scripts.check_wheels

clean: ## Remove what make made; articles in .copydesk stay
	rm -rf $(VENV) .cache site .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

# Everything a newcomer needs: `make demo` and `make test` set up what they use.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?= ../shared/corpora
SPAMASSASSIN ?= out/spamassassin
COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --no-annotate

.PHONY: demo test lint kernel ocr spark bench quality learning adversarial train fuzz chaos peers venv lock clean

demo: $(VENV)/.ready  ## scan the mailbox that comes with fyke, then trace a made-up gang; out/demo.html, out/gang.html
	@mkdir -p out
	$(BIN)/fyke demo --html out/demo.html --gang out/gang.html

test: $(VENV)/.ready lint  ## all tests; those of peers and packs are skipped where these are not installed
	$(BIN)/python -m pytest

lint: $(VENV)/.ready
	$(BIN)/ruff check src tests bench train fuzz docs
	$(BIN)/ruff format --check src tests bench train fuzz docs
	$(BIN)/mypy

kernel: $(VENV)/.ready  ## the native kernel of the learner, where there is a C compiler; fyke does without
	$(BIN)/python -m fyke.learn.kernel

ocr: $(VENV)/.ready  ## the extra that reads text in pictures: half a gigabyte of libraries, a second a picture
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-ocr.lock

spark: $(VENV)/.ready  ## the extra that runs the lab on Apache Spark: half a gigabyte; Java is for the system to bring
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-spark.lock

bench: $(VENV)/.ready  ## messages/s, CPU, memory, start-up; beside the peers that are installed, in one run
	$(BIN)/python -m bench.speed --corpora $(CORPORA)
	$(BIN)/python -m bench.doors --corpora $(CORPORA) --count 1000

quality: $(VENV)/.ready  ## what is flagged in each mail pack, and what is right
	$(BIN)/python -m bench.quality --corpora $(CORPORA)

adversarial: $(VENV)/.ready  ## the learner under attack, with and without each defence
	$(BIN)/python -m bench.adversarial --corpora $(CORPORA)

learning: $(VENV)/.ready  ## how well the learner learns, beside peers that learn; the corpus: python -m bench.manifest
	$(BIN)/python -m bench.learning --corpus $(SPAMASSASSIN) --corpora $(CORPORA) --peer bogofilter

train: $(VENV)/.ready  ## the base model of the package, from the packs whose terms allow it; to the byte the same
	$(BIN)/python -m train.base --corpora $(CORPORA)

fuzz: $(VENV)/.ready  ## a minute of fuzzing for each parser
	for target in $(patsubst fuzz/%.py,%,$(filter-out fuzz/__init__.py,$(wildcard fuzz/*.py))); do \
		$(BIN)/python -m fuzz.$$target --seconds 60 || exit 1; \
	done

chaos: $(VENV)/.ready  ## kill -9 of workers, parent and all, 200 times under load; every mail is counted
	$(BIN)/python -m bench.chaos --mails 20000 --kills 200

lab-bench: $(VENV)/.ready  ## how well made-up gangs are traced, in ten worlds, by seed, trap and family of evidence
	$(BIN)/python -m bench.lab

campaigns-bench: $(VENV)/.ready  ## how well mails find their campaigns, in two kinds of worlds; then a million mails
	$(BIN)/python -m bench.campaigns
	$(BIN)/python -m bench.campaign_million

peers:  ## the real mail filters that fyke is tested and measured against (Debian, as root)
	apt-get update -qq
	echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		rspamd redis-server unbound spamassassin spamd spamc bogofilter zstd python3-venv \
		clamav clamav-daemon 7zip arj ncompress tlsh-tools opendkim opendkim-tools postfix miltertest swaks \
		dovecot-imapd dovecot-sieve curl default-jre-headless
	$(MAKE) venv
	$(BIN)/python -m pip download --quiet --no-deps --no-binary pyspf --dest out/peers pyspf==2.0.14
	command -v npm >/dev/null || apt-get install -y -qq --no-install-recommends nodejs npm
	mkdir -p out/peers/haraka
	npm install --silent --no-audit --no-fund --no-package-lock --prefix out/peers/haraka \
		Haraka@3.3.4 haraka-plugin-rspamd@1.6.1

venv: $(VENV)/.ready  ## an environment with .venv/bin/fyke

$(VENV)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("fyke needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src  # some machines write no byte code on their own
	$(BIN)/fyke policy --changed >/dev/null  # compiles the patterns into the cache
	@touch $@

lock:  ## pin every dependency anew, with hashes and without the name of any index
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(COMPILE) --extra dev --extra lab pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(COMPILE) --extra dev --extra lab --extra ocr pyproject.toml -o requirements-ocr.lock
	$(BIN)/uv pip compile $(COMPILE) --extra dev --extra lab --extra spark pyproject.toml -o requirements-spark.lock

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis

# CodeCraft Studio. Bare `make` lists the targets. Everything a target needs, it installs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
CODE := codecraft generation voicelab mixer rados tests benchmarks

# What a person types reaches the command as typed: make must not expand a $ in it.
ASKED := SONGS THEME TITLE VOICE STYLE SEED LENGTH OUT LYRICS FILM VERSES VOICES QUICK PEERS
$(foreach name,$(ASKED),$(eval override $(name) := $$(value $(name))))
export $(ASKED)

.PHONY: help run song test test-all test-e2e lint bench bench-film bench-live bench-music bench-assistant bench-composer bench-master bench-mixer bench-singer screenshots clean setup setup-dev

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS)

# A stamp is younger than what it was made from: changed pins install anew, else it costs nothing.
$(STAMPS)/run: requirements.txt | $(PY)
	@mkdir -p $(STAMPS)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-nodeps.txt
	@touch $@

$(STAMPS)/dev: requirements-dev.txt requirements.txt | $(PY)
	@mkdir -p $(STAMPS)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-nodeps.txt
	@touch $(STAMPS)/run $@

FRONT := package.json package-lock.json $(shell find static/src -type f 2>/dev/null)
$(STAMPS)/front: $(FRONT) $(STAMPS)/run
	@bash codecraft/setup/build_front_end.sh $(VENV)
	@touch $@

$(STAMPS)/system: codecraft/setup/install_system.sh | $(PY)
	@bash codecraft/setup/install_system.sh
	@touch $@

setup: $(STAMPS)/run $(STAMPS)/front $(STAMPS)/system
setup-dev: $(STAMPS)/dev $(STAMPS)/front $(STAMPS)/system

run: setup ## start the studio: web and worker, ready to generate
	@exec $(PY) manage.py studio

song: setup ## a song and its film: make song THEME="…" [TITLE VOICE STYLE SEED LENGTH OUT LYRICS FILM=0]
	@test -n "$$THEME" || { echo 'Say what the song is about: make song THEME="a gladiator who forgives his enemy"'; exit 2; }
	@case "$$FILM" in 0|no|none) film_size=none;; *x*) film_size="$$FILM";; *) film_size=;; esac; \
	exec $(PY) manage.py compose $${TITLE:+--title "$$TITLE"} $${VOICE:+--voice "$$VOICE"} \
	  $${STYLE:+--style "$$STYLE"} $${SEED:+--seed "$$SEED"} $${LENGTH:+--length-s "$$LENGTH"} \
	  $${LYRICS:+--lyrics "$$LYRICS"} $${OUT:+--out "$$OUT"} $${film_size:+--film-size "$$film_size"} \
	  -- "$$THEME"

test: setup-dev lint ## the tests that CI runs (under 25 minutes on two cores)
	@bash codecraft/setup/install_browser.sh
	$(PY) -m pytest -m "not slow" -n 2 --dist loadgroup

test-all: setup-dev lint ## every test, the slow ones too
	@bash codecraft/setup/install_browser.sh
	$(PY) -m pytest -n 2 --dist loadgroup

lint: $(STAMPS)/dev ## style, spelling, import contracts, Django checks
	$(VENV)/bin/ruff check .
	$(VENV)/bin/codespell $(CODE) README.md ARCHITECTURE.md
	PYTHONPATH=. $(VENV)/bin/lint-imports --no-cache
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check

bench: setup-dev ## seconds of work per second of song, stage by stage, and memory
	$(PY) benchmarks/bench_pipeline.py

bench-film: setup-dev ## film rendering against a bare encode of the same frames
	$(PY) benchmarks/bench_film.py

bench-music: setup-dev ## what judges hear in finished masters: key, beat, returning sections
	$(PY) benchmarks/bench_music.py

bench-composer: setup-dev ## the rules of composition over many seeds
	$(PY) benchmarks/bench_composer.py

bench-assistant: setup-dev ## how well the voice is heard: flat faders against the assistant, 14 songs: make bench-assistant [SONGS=folder]
	@exec $(PY) benchmarks/bench_assistant.py --words $${SONGS:+"$$SONGS"}

bench-live: setup-dev ## what the page's live console costs the audio thread, 16 stems: make bench-live [SONGS=folder]
	@exec $(PY) benchmarks/bench_live.py $${SONGS:+"$$SONGS"}

bench-mixer: setup-dev ## CPU and memory of a mix and master, beside others: make bench-mixer [PEERS=python with matchering]
	@exec $(PY) benchmarks/bench_mixer.py $${PEERS:+--peers "$$PEERS"}

bench-master: setup-dev ## every target on songs and torture signals, by ffmpeg: make bench-master [SONGS=folder PEERS=python with matchering]
	@exec $(PY) benchmarks/bench_master.py $${SONGS:+"$$SONGS"} $${PEERS:+--matchering "$$PEERS"}

bench-singer: setup-dev ## the singer's table: make bench-singer [VERSES=set_aside VOICES=soprano QUICK=1]
	@exec $(PY) benchmarks/bench_singer.py $${VERSES:+--verses "$$VERSES"} $${VOICES:+--voices "$$VOICES"} $${QUICK:+--quick}

screenshots: setup-dev ## take docs/screenshots anew
	@bash codecraft/setup/install_browser.sh
	$(PY) tests/web/take_screenshots.py

clean: ## remove what was built (not your songs)
	rm -rf $(VENV) node_modules static/dist staticfiles

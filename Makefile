# Scout: every target works from a fresh clone, and each does nothing that is already done.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# `make demo` shows the optimised program: an unoptimised one needs several times as long for the same story.
CONFIGURATION ?= release
# Where `make demo` leaves its database and pages.
DEMO ?= .build/demo
SOURCES = $(wildcard Sources Tests Benchmarks) Package.swift

# A program that carries its own Swift runtime: it starts in half the time, and runs where no Swift is
# installed (SQLite and the C++ library stay the system's).
# macOS has the runtime in the system and cannot link it in: there it is the plain release build.
ifeq ($(shell uname -s),Linux)
  BENCH_FLAGS = --static-swift-stdlib
  INSTALL_FLAGS = --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -s
endif
# A build directory of its own: changing the flags in a shared one would compile everything anew, twice.
INSTALL_BUILD = .build/install

.DEFAULT_GOAL := help
.PHONY: help setup build test prove demo install bench format lint clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r target text; do \
	  printf '  make %-9s %s\n' "$$target" "$$text"; done

setup: ## Check the tools and libraries the build needs; install what is missing
	@.ci/setup

build: setup ## Build everything (debug)
	$(SWIFT) build

test: setup ## Build and run the tests
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

prove: ## Run what continuous integration runs, and the heavy checks: more kills, more random statements
	@SCOUT_PROVE=1 .ci/run
	@Tests/differential/run --count 4000

demo: setup ## Build scout and run its offline demonstration (in DEMO=.build/demo)
	$(SWIFT) build --configuration $(CONFIGURATION) --product scout
	@mkdir -p '$(DEMO)'
	@.build/$(CONFIGURATION)/scout demo '$(DEMO)' </dev/null

install: setup ## Install an optimised, self-contained scout below PREFIX (/usr/local)
	$(SWIFT) build --configuration release --product scout --scratch-path $(INSTALL_BUILD) $(INSTALL_FLAGS)
	@mkdir -p '$(DESTDIR)$(PREFIX)/bin'
	@# A new file under the old name, so that a running scout keeps its own.
	@install -m 755 "$$($(SWIFT) build --configuration release --scratch-path $(INSTALL_BUILD) $(INSTALL_FLAGS) \
	  --show-bin-path)/scout" '$(DESTDIR)$(PREFIX)/bin/.scout.new'
	@mv -f '$(DESTDIR)$(PREFIX)/bin/.scout.new' '$(DESTDIR)$(PREFIX)/bin/scout'
	@echo 'installed $(DESTDIR)$(PREFIX)/bin/scout'

bench: setup ## Run the benchmarks (release); BENCH=--small takes seconds
	$(SWIFT) run --package-path Benchmarks --configuration release $(BENCH_FLAGS) scout-bench $(BENCH)

format: ## Format all Swift sources
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

lint: ## Check the format of all Swift sources
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

clean: ## Remove everything that was built
	rm -rf .build Benchmarks/.build

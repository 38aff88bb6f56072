# What one runs while working on Marquee. Every target works from a clean clone.

GO ?= go

.PHONY: build test faults fuzz lint fmt bench

build: ## one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o marquee ./cmd/marquee

test: ## all tests; as root on Debian it first installs what they need
	@.ci/install
	@.ci/test

faults: ## kills, power losses and the like at full numbers: five minutes
	MARQUEE_FAULTS=large $(GO) test -count=1 -timeout=1h -v ./internal/faults

fuzz: ## every fuzz test for FUZZTIME, ten minutes each if that says nothing
	@.ci/fuzz

lint: ## the linter, at the version that .ci/tools pins
	$(GO) tool -modfile=.ci/tools/go.mod golangci-lint run ./...

fmt: ## format everything
	$(GO) tool -modfile=.ci/tools/go.mod golangci-lint fmt ./...

bench: ## the figures that docs/operating.md states
	$(GO) test -run='^$$' -bench=. -benchmem ./...

# What a fresh Debian machine with Go, Node and make needs, and every command.
SHELL := /bin/bash
comma := ,
.DEFAULT_GOAL := build
SKIP ?=
ifeq ($(wildcard ../shared/data ../../shared/data ../../../shared/data),)
override SKIP := $(if $(SKIP),$(SKIP)$(comma))published
endif
export SKIP
APT := $(if $(filter 0,$(shell id -u)),,sudo) apt-get

.PHONY: build assets test bench demo lint fuzz generated shots tools clean

build: bin/istmo ## the one binary

bin/istmo: assets $(shell find . -name '*.go' -o -name '*.sql' -o -name '*.cedar' -o -name '*.toml' -o -name '*.csv' -o -name '*.html' | grep -v node_modules)
	go build -mod=readonly -trimpath -o $@ ./cmd/istmo

assets: web/assets/dist/manifest.json ## styles and scripts, embedded in the binary

web/assets/node_modules/.package-lock.json: web/assets/package-lock.json
	cd web/assets && npm ci --no-audit --no-fund
	touch $@

web/assets/dist/manifest.json: web/assets/node_modules/.package-lock.json $(shell find web/assets -path web/assets/node_modules -prune -o -path web/assets/dist -prune -o -type f -print)
	cd web/assets && npm run --silent build
	touch $@

demo: build ## three countries' nodes, with invented people
	@bin/istmo demo

tools: ## what the tests need beside Go and Node; SKIP=browser,postgres leaves it out
	@if [[ ",$(SKIP)," != *,browser,* && ! -x /usr/bin/chromium ]]; then echo "installing chromium"; $(APT) update -qq && $(APT) install -y -qq chromium fonts-noto-core >/dev/null; fi
	@if [[ ",$(SKIP)," != *,postgres,* && -z "$$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ]]; then echo "installing postgresql"; $(APT) update -qq && $(APT) install -y -qq postgresql >/dev/null; fi

test: assets tools ## everything; nothing is left out unless SKIP names it
	@if [ -n "$(SKIP)" ]; then printf '\n*** LEFT OUT BY SKIP: %s ***\n\n' "$(SKIP)"; fi
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "not gofmt-ed"; exit 1; }
	go vet -mod=readonly ./...
	go test -mod=readonly -timeout 45m ./...
	@if [ -n "$(SKIP)" ]; then printf '\n*** LEFT OUT BY SKIP: %s ***\n' "$(SKIP)"; fi

bench: assets ## speed, as ratios to a limit measured in the same run
	go test -mod=readonly -run '^$$' -bench . -benchtime 2s ./...

fuzz: assets ## every decoder, for a while
	@for p in $$(grep -rl 'func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -hoE 'func Fuzz[A-Za-z]+' $$p/*_test.go | sed 's/func //'); do \
			go test -mod=readonly -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$p || exit 1; done; done

generated: assets ## write again what is generated, and what the tests hold to it
	ISTMO_UPDATE=1 go test -mod=readonly ./api/ ./access/ ./referrals/ ./jointfiles/ ./exchange/ ./node/ -run 'Description|Golden|Matrix|Vectors|Diagram|Flow'
	go generate ./law

shots: assets ## the pictures of the guides
	mkdir -p docs/shots && rm -f docs/shots/*.png
	ISTMO_SHOTS=$(CURDIR)/docs/shots go test -mod=readonly -count=1 ./demo/ -timeout 30m -run 'TestAPersonIsReferred|TestThePlanIsKept'

lint: ## staticcheck, if it is installed
	@command -v staticcheck >/dev/null && staticcheck ./... || echo "staticcheck is not installed: go install honnef.co/go/tools/cmd/staticcheck@v0.8.2"

clean:
	rm -rf bin web/assets/dist web/assets/node_modules

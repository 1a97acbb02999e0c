# Twelve words. `make check` is what CI runs.
export CGO_ENABLED = 0

.PHONY: help build test race lint gen check fuzz bench peers soak clean
help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
build: ## a static binary in bin/
	go build -trimpath -o bin/dataprep ./cmd/dataprep
test: ## the tests, nothing but Go needed
	go test ./...
race: ## the tests of the concurrent parts with the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./workers/... ./internal/store/...
lint: ## format and vet
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" && go vet ./...
gen: ## schema and reference pages from the config structs
	go run ./cmd/gen
check: ## exactly what CI runs
	bash .ci/run
fuzz: ## a minute on each fuzz target
	go test ./internal/warc -run '^$$' -fuzz FuzzReader -fuzztime 60s
	go test ./internal/warc -run '^$$' -fuzz FuzzHTTPHeader -fuzztime 60s
	go test ./configs -run '^$$' -fuzz FuzzParse -fuzztime 60s
bench: ## kernel benchmarks
	go test -run '^$$' -bench . -benchtime 1s ./...
peers: build ## the fineweb task beside datatrove on the same corpus (needs the bench folder)
	go build -o bin/bench ./cmd/bench
	../shared/bench/run-peers --only fineweb --add 'ours=bin/bench fineweb {corpus} --cores {cores}'
soak: ## slow proof: kills, slots, batch sizes, folders
	DATAPREP_SOAK=1 go test -timeout 60m -run 'Soak' -v ./cmd/dataprep ./stages/language
clean: ## remove what the commands above made
	rm -rf bin out ci-results

# Every target is a line or two that a person could type.
export CGO_ENABLED := 0
SHARED ?= ../shared

.PHONY: help build build-v3 demo test lint bench bench-go bench-inflate bench-chain validate fuzz soak
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

build: ## build bin/varpanel, one static binary
	go build -trimpath -o bin/varpanel ./cmd/varpanel

build-v3: ## the same for CPUs with AVX2 and BMI2 (GOAMD64=v3); make build runs on any amd64
	GOAMD64=v3 go build -trimpath -o bin/varpanel-v3 ./cmd/varpanel

demo: build ## build, run the embedded demo cases, say where the reports are
	bin/varpanel demo

test: ## install what the tests lack, then run every test
	.ci/test

lint: ## gofmt, go vet and the floors of the house
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./... ./.ci/testreport
	go test -count=1 -run TestFloors ./cmd/varpanel

validate: ## ClinVar's molecular consequences against ours and bcftools csq; misses go to benchmarks/work/
	go run ./benchmarks/validate -shared $(SHARED) -o benchmarks/work/clinvar_mc_disagreements.tsv

bench: build ## the full-size workloads (made once, 8 GB) and the table beside the peers, in turns
	go run ./benchmarks/workload -size full -shared $(SHARED)
	go run ./benchmarks/compare -size full -shared $(SHARED)

bench-inflate: ## our decoder beside libdeflate, klauspost and compress/flate on those files (needs libdeflate-dev)
	go run ./benchmarks/inflate -seconds 2 $(addprefix benchmarks/work/full/,wgs.vcf.gz gnomad.vcf.gz clinvar.vcf.gz exome.bam exome40.bam)

bench-go: ## Go micro-benchmarks, five runs each, for benchstat
	go test -run '^$$' -bench . -benchmem -count 5 ./hts/... ./reference/... ./annotate/... ./stages/...

bench-chain: build ## one case against the chain of bcftools and mosdepth, in turns
	go run ./benchmarks/chain -varpanel bin/varpanel

fuzz: ## every fuzz target for ten seconds
	.ci/fuzz 10s

soak: ## every fuzz target for an hour, divided between them
	.ci/fuzz soak

package cases

import (
	"sync"

	"varpanel/pipeline/provenance"
)

// hashing is the digest of a whole input that is read beside the case's work: of a
// genome's calls it takes as long as a small panel does.
type hashing struct {
	at      int // in the plan's inputs
	running sync.WaitGroup
	digest  provenance.Digest
	err     error
}

// hash gives an input its place, and its digest now or, with several threads, by
// the time of hashed.
func (p *plan) hash(role, path string) error {
	h := &hashing{at: len(p.inputs)}
	p.inputs = append(p.inputs, provenance.Digest{})
	p.hashes = append(p.hashes, h)
	read := func() { h.digest, h.err = provenance.File(role, path) }
	if p.Threads > 1 {
		h.running.Go(read)
		return nil
	}
	read()
	return h.err
}

// hashed waits for the digests.
func (p *plan) hashed() error {
	for _, h := range p.hashes {
		h.running.Wait()
		if h.err != nil {
			return h.err
		}
		p.inputs[h.at] = h.digest
	}
	return nil
}

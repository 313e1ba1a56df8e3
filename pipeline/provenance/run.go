package provenance

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"time"
)

// RunName is the file that makes an output folder complete: it is written last.
const RunName = "run.json"

// Run is run.json: the only output that may differ between two runs of the
// same inputs.
type Run struct {
	Tool        string         `json:"tool"`
	Version     string         `json:"version"`
	Revision    string         `json:"revision"`
	Go          string         `json:"go"`
	Command     []string       `json:"command"`
	Started     string         `json:"started"`
	Finished    string         `json:"finished"`
	Threads     int            `json:"threads"`
	Case        string         `json:"case"`
	Bundle      string         `json:"bundle"`        // absolute path
	BundleSHA   string         `json:"bundle_digest"` // SHA-256 of bundle.json
	Inputs      []Digest       `json:"inputs"`
	Counts      any            `json:"counts"`
	Stages      []StageTime    `json:"stages"`
	Outputs     []OutputDigest `json:"outputs"`
	Warnings    []string       `json:"warnings"`
	ExitCode    int            `json:"exit_code"`
	BAMScope    string         `json:"bam_digest_scope,omitempty"`
	OldIndexes  []string       `json:"old_indexes_allowed,omitempty"`
	IntendedUse string         `json:"intended_use"`
}

// StageTime is the wall time of one stage.
type StageTime struct {
	Stage   string  `json:"stage"`
	Seconds float64 `json:"seconds"`
}

// OutputDigest identifies one written file.
type OutputDigest struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Write prints run.json.
func (r *Run) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// Read reads the run.json of an output folder.
func Read(dir string) (*Run, error) {
	b, err := os.ReadFile(filepath.Join(dir, RunName))
	if err != nil {
		return nil, err
	}
	var r Run
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, err
	}
	return &r, nil
}

// Clock measures stages one after the other. The clock itself is passed in.
type Clock struct {
	now    func() time.Time
	last   time.Time
	stages []StageTime
}

// NewClock starts measuring.
func NewClock(now func() time.Time) *Clock { return &Clock{now: now, last: now()} }

// Done ends the running stage under a name and starts the next.
func (c *Clock) Done(stage string) {
	t := c.now()
	c.stages = append(c.stages, StageTime{Stage: stage, Seconds: t.Sub(c.last).Seconds()})
	c.last = t
}

// Stages gives what was measured.
func (c *Clock) Stages() []StageTime { return c.stages }

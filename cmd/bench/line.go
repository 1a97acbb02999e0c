package main

import (
	"math"
	"runtime"
	"runtime/debug"

	"dataprep/workers"
)

// line is what the peers' scripts print for one run, key for key.
type line struct {
	Task     string  `json:"task"`
	Peer     string  `json:"peer"`
	Version  string  `json:"version"`
	Cores    int     `json:"cores"`
	BytesIn  int64   `json:"bytes_in"` // of uncompressed WARC
	Docs     int64   `json:"docs"`     // pages in
	Seconds  float64 `json:"seconds"`
	MBps     float64 `json:"MBps"` // 10^6 bytes
	DocsPerS float64 `json:"docs_per_s"`
	RSSMB    int64   `json:"rss_mb"`
	Summary  summary `json:"summary"`
}

// summary begins with the peer's keys; what follows only our runs have.
type summary struct {
	CPU       float64            `json:"cpu_s"`
	Kept      int64              `json:"kept"`
	TextBytes int64              `json:"text_bytes"`
	SHA       string             `json:"sha"`
	Phases    map[string]float64 `json:"phases"` // wall seconds
	Steps     map[string]step    `json:"steps"`

	GC          float64 `json:"gc_s"`
	Records     int64   `json:"records"`
	Documents   int64   `json:"documents"`
	Dead        int64   `json:"dead"`
	Root        string  `json:"root_sha256"`
	OutputBytes int64   `json:"parquet_bytes"`
	ExtractMode string  `json:"extract_mode"`
	Hash        string  `json:"minhash_hash"`
	Go          string  `json:"go"`
}

// step is what one stage did.
type step struct {
	Total   int64            `json:"total"`
	Out     int64            `json:"out"`
	Dropped int64            `json:"dropped"`
	Dead    int64            `json:"dead"`
	Why     map[string]int64 `json:"why,omitempty"`
}

func (s *settings) line(info corpusInfo, c *clock, sum *workers.Summary, t *texts) *line {
	k := int64(s.cores)
	l := &line{
		Task: "fineweb", Peer: "dataprep", Version: version(), Cores: s.cores,
		BytesIn: info.WARCBytes * k, Docs: info.Pages * k,
		Seconds: round4(c.seconds), RSSMB: peakMB(),
	}
	if s.mode != "balanced" {
		l.Peer += "-" + s.mode // a line of its own in the table
	}
	l.MBps = round4(float64(l.BytesIn) / 1e6 / c.seconds)
	l.DocsPerS = math.Round(float64(l.Docs)/c.seconds*10) / 10
	n := &sum.Counts
	l.Summary = summary{
		CPU: round4(c.cpu), Kept: t.rows, TextBytes: t.bytes, SHA: t.digest(),
		Phases: map[string]float64{}, Steps: map[string]step{}, GC: round4(c.gc),
		Records: n.Records, Documents: n.Documents, Dead: n.Dead, Root: sum.Root,
		OutputBytes: sum.Bytes, ExtractMode: s.mode, Hash: s.hash, Go: runtime.Version(),
	}
	for _, p := range c.phases {
		l.Summary.Phases[p.name] = round4(p.seconds)
	}
	for i := range n.Stages {
		x := &n.Stages[i]
		st := step{Total: x.In, Out: x.Kept, Dropped: x.Dropped, Dead: x.Dead}
		for _, why := range x.Reasons {
			if st.Why == nil {
				st.Why = map[string]int64{}
			}
			st.Why[why.Name] = why.N
		}
		l.Summary.Steps[x.ID] = st
	}
	return l
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// version is the commit this program was built from, "+" behind it when files had changed.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v, changed := "devel", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			v = s.Value[:min(7, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return v + changed
}

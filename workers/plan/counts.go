package plan

import "dataprep/stages"

// Counts is what a task, a phase or a run saw. Merging is exact and in any order, and two sums hold
// wherever it stands: Records = Documents + sum of Skipped (once, where a source was read), and
// Documents + Born = Kept + Dropped + Dead.
type Counts struct {
	Records   int64          `json:"records"`
	Skipped   []stages.Count `json:"skipped"`
	Lost      []stages.Lost  `json:"lost"`
	BytesRead int64          `json:"bytes_read"`
	Documents int64          `json:"documents"` // that came in, live
	Born      int64          `json:"born"`
	Kept      int64          `json:"kept"`
	Dropped   int64          `json:"dropped"`
	Dead      int64          `json:"dead"`
	Stages    []StageCounts  `json:"stages"`
	Sums      []stages.Count `json:"sums"` // of kept documents: text bytes, tokens, languages
}

// StageCounts is what one stage did to the live documents it saw.
type StageCounts struct {
	ID      string         `json:"id"`
	In      int64          `json:"in"`
	Born    int64          `json:"born"`
	Kept    int64          `json:"kept"`
	Dropped int64          `json:"dropped"`
	Dead    int64          `json:"dead"`
	Reasons []stages.Count `json:"reasons"`
}

// Merge adds o to c. Stages meet by id; unknown ones are appended in o's order.
func (c *Counts) Merge(o *Counts) {
	c.Records += o.Records
	c.BytesRead += o.BytesRead
	c.Documents += o.Documents
	c.Born += o.Born
	c.Kept += o.Kept
	c.Dropped += o.Dropped
	c.Dead += o.Dead
	c.Lost = append(c.Lost, o.Lost...)
	for _, n := range o.Skipped {
		c.Skipped = stages.AddCount(c.Skipped, n.Name, n.N)
	}
	for _, n := range o.Sums {
		c.Sums = stages.AddCount(c.Sums, n.Name, n.N)
	}
	for i := range o.Stages {
		c.Stage(o.Stages[i].ID).merge(&o.Stages[i])
	}
}

// Stage returns the counters of a stage, made when missing.
func (c *Counts) Stage(id string) *StageCounts {
	for i := range c.Stages {
		if c.Stages[i].ID == id {
			return &c.Stages[i]
		}
	}
	c.Stages = append(c.Stages, StageCounts{ID: id})
	return &c.Stages[len(c.Stages)-1]
}

func (s *StageCounts) merge(o *StageCounts) {
	s.In += o.In
	s.Born += o.Born
	s.Kept += o.Kept
	s.Dropped += o.Dropped
	s.Dead += o.Dead
	for _, n := range o.Reasons {
		s.Reasons = stages.AddCount(s.Reasons, n.Name, n.N)
	}
}

// Conserved says whether the sums of every level hold; what names the first that does not.
func (c *Counts) Conserved() (what string, ok bool) {
	if c.Documents+c.Born != c.Kept+c.Dropped+c.Dead {
		return "documents", false
	}
	if c.Records > 0 {
		var skipped int64
		for _, n := range c.Skipped {
			skipped += n.N
		}
		if c.Records != c.Documents+skipped {
			return "records", false
		}
	}
	for i := range c.Stages {
		s := &c.Stages[i]
		if s.In+s.Born != s.Kept+s.Dropped+s.Dead {
			return "stage " + s.ID, false
		}
		var reasons int64
		for _, n := range s.Reasons {
			reasons += n.N
		}
		if reasons != s.Dropped+s.Dead {
			return "reasons of " + s.ID, false
		}
	}
	return "", true
}

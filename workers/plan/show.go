package plan

import (
	"encoding/json"
	"fmt"
)

// Shown is a plan as `plan --json` prints it and the run folder keeps it.
type Shown struct {
	Version int          `json:"version"`
	Name    string       `json:"name"`
	Run     string       `json:"run"`
	Splits  []ShownSplit `json:"splits"`
	Columns []string     `json:"columns"`
	Phases  []ShownPhase `json:"phases"`
}

// ShownSplit is one unit of reading.
type ShownSplit struct {
	Shard int    `json:"shard"`
	Input string `json:"input"`
	Path  string `json:"path"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
}

// ShownPhase is one phase.
type ShownPhase struct {
	ID      string   `json:"id"`
	Kind    Kind     `json:"kind"`
	Code    string   `json:"code"`
	Stages  []string `json:"stages"`
	Columns []string `json:"columns"`
	Emits   string   `json:"emits,omitempty"`
}

// Show returns the plan as plain data.
func (p *Plan) Show() Shown {
	s := Shown{Version: Version, Name: p.Name, Run: p.Run, Columns: p.Lock.Columns}
	for i, sp := range p.Splits {
		s.Splits = append(s.Splits, ShownSplit{
			i, p.Inputs[sp.Input].Origin.ID, sp.File.Path, sp.Start, sp.End,
		})
	}
	for i := range p.Phases {
		f := &p.Phases[i]
		sf := ShownPhase{ID: f.ID, Kind: f.Kind, Code: f.Code}
		if f.Apply != nil {
			sf.Stages = append(sf.Stages, f.Apply.ID+" (verdicts)")
		}
		for k := range f.Chain {
			sf.Stages = append(sf.Stages, f.Chain[k].ID)
		}
		if f.Emit != nil {
			sf.Emits = f.Emit.ID
		}
		if f.Op != nil {
			sf.Stages = append(sf.Stages, f.Op.ID)
		}
		for _, c := range f.Carries {
			sf.Columns = append(sf.Columns, c.Name)
		}
		s.Phases = append(s.Phases, sf)
	}
	return s
}

// Bytes returns the shown plan as JSON.
func (p *Plan) Bytes() []byte {
	b, err := json.MarshalIndent(p.Show(), "", "  ")
	if err != nil {
		panic(fmt.Sprintf("plan: a plan always encodes: %v", err)) // strings and numbers
	}
	return append(b, '\n')
}

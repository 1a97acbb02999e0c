package configs

import "time"

// Record says what a run writes down about its decisions.
type Record struct {
	// Which documents get a row in the decisions files. Only all: explain needs every document.
	Decisions string `yaml:"decisions" enum:"all"`
	// Share of documents, chosen by hash, on which every rule is recorded even after one failed.
	// 1% is enough to tune thresholds on 100,000 documents.
	Shadow float64 `yaml:"shadow" unit:"ratio" min:"0" max:"1"`
	// Dropped documents per reason whose text is kept for reading. 0 keeps none.
	DroppedText int `yaml:"dropped_text" min:"0" max:"10000"`
}

// Errors says how many failed documents a run may have.
type Errors struct {
	// Failed documents up to the larger of share and at_least leave the exit code 0.
	Tolerate Tolerate `yaml:"tolerate"`
}

// Tolerate is a limit that suits small and large runs.
type Tolerate struct {
	// Share of all documents. 0.01% is one in ten thousand.
	Share float64 `yaml:"share" unit:"ratio" min:"0" max:"1" short:"true"`
	// Number of documents, for runs so small that the share is less than one.
	AtLeast int64 `yaml:"at_least" min:"0"`
}

// Resources are settings that change speed and place of work, never a published byte. None of them
// enters a content key.
type Resources struct {
	// Tasks worked on at once by one process. 0 means one for each core.
	Slots int `yaml:"slots" min:"0" max:"4096"`
	// Folder or address for frames, rows and commits. Empty means .dataprep/work in the output.
	Scratch string `yaml:"scratch"`
	// Rows at which a batch is closed, if its bytes do not close it before.
	BatchRows int `yaml:"batch_rows" min:"1" max:"1000000"`
	// Time after which an unacknowledged task is given to another worker.
	AckWait time.Duration `yaml:"ack_wait" min:"1s" max:"1h"`
	// Time between looks for tasks that are neither committed nor in flight.
	SweepEvery time.Duration `yaml:"sweep_every" min:"1s" max:"1d"`
	// Time without progress after which a slot counts as hung.
	StallAfter time.Duration `yaml:"stall_after" min:"1s" max:"7d"`
}

// Validate refuses times that would make a slow worker look lost.
func (r *Resources) Validate(p *Problems) {
	if r.StallAfter <= r.AckWait {
		p.Add("stall_after", "must be longer than ack_wait",
			"a task is waited for before its worker is given up")
	}
}

// DefaultSettings returns what holds for keys that a file does not mention.
func DefaultSettings() (Record, Errors, Resources) {
	return Record{Decisions: "all", Shadow: 0.01, DroppedText: 200},
		Errors{Tolerate: Tolerate{Share: 0.0001, AtLeast: 20}},
		Resources{BatchRows: 1024, AckWait: 30 * time.Second, SweepEvery: 90 * time.Second,
			StallAfter: 5 * time.Minute}
}

package doc

// Reason says why a stage decided: the parameter that decides (min_words), else a short fact
// (lorem_ipsum). Reasons are constants that a stage declares in its Shape.
type Reason string

// Panicked is the engine's reason for a row on which a stage panicked.
const Panicked Reason = "panic"

// Verdict is a row's first failing judgement.
type Verdict struct {
	Stage    uint16 // ordinal of the stage in the pipeline
	Measured bool   // Value and Limit mean something
	Dead     bool   // the document failed; nobody decided
	Reason   Reason // "" while nothing failed
	Value    float32
	Limit    float32
	Survivor [32]byte // the public id of the document kept instead, else zero
}

// Judgement is one comparison made on a shadow row, passed or not.
type Judgement struct {
	Place    Position // of the document in its split
	Stage    uint16
	Pass     bool
	Measured bool
	Reason   Reason
	Value    float32
	Limit    float32
}

// AtLeast judges value >= limit and returns whether to go on with the row.
func (b *Batch) AtLeast(i int, r Reason, value, limit float64) bool {
	return b.judge(i, r, value >= limit, value, limit)
}

// AtMost judges value <= limit and returns whether to go on with the row.
func (b *Batch) AtMost(i int, r Reason, value, limit float64) bool {
	return b.judge(i, r, value <= limit, value, limit)
}

// Above judges value > limit and returns whether to go on with the row.
func (b *Batch) Above(i int, r Reason, value, limit float64) bool {
	return b.judge(i, r, value > limit, value, limit)
}

// Below judges value < limit and returns whether to go on with the row.
func (b *Batch) Below(i int, r Reason, value, limit float64) bool {
	return b.judge(i, r, value < limit, value, limit)
}

// Drop gives row i up for a reason without a number and returns whether to go on with it.
func (b *Batch) Drop(i int, r Reason) bool {
	return b.fail(i, Verdict{Stage: b.stage, Reason: r}, true)
}

// Duplicate gives row i up because the document with the public id survivor stands for it.
func (b *Batch) Duplicate(i int, r Reason, survivor []byte) bool {
	v := Verdict{Stage: b.stage, Reason: r}
	copy(v.Survivor[:], survivor)
	return b.fail(i, v, true)
}

func (b *Batch) judge(i int, r Reason, pass bool, value, limit float64) bool {
	if pass && !b.shadow.Has(i) {
		return true
	}
	return b.decide(i, r, pass, value, limit)
}

// decide is the rare half of judge, kept apart so that judge inlines.
func (b *Batch) decide(i int, r Reason, pass bool, value, limit float64) bool {
	if b.state[i] == Gone {
		return false
	}
	v := Verdict{
		Stage: b.stage, Measured: true, Reason: r, Value: float32(value), Limit: float32(limit),
	}
	if pass {
		b.record(i, v, true)
		return true
	}
	return b.fail(i, v, true)
}

// fail keeps the first verdict of a row; a shadow row lives on as a ghost. Nothing brings back a
// row that is gone.
func (b *Batch) fail(i int, v Verdict, ghosts bool) bool {
	if b.state[i] == Gone {
		return false
	}
	shadow := b.shadow.Has(i)
	if shadow {
		b.record(i, v, false)
	}
	if b.verdict[i].Reason == "" {
		b.verdict[i] = v
	}
	if shadow && ghosts {
		b.state[i] = Ghost
		return true
	}
	b.state[i] = Gone
	return false
}

func (b *Batch) record(i int, v Verdict, pass bool) {
	b.judged = append(b.judged, Judgement{
		Place: b.place[i], Stage: v.Stage, Pass: pass, Measured: v.Measured,
		Reason: v.Reason, Value: v.Value, Limit: v.Limit,
	})
}

// Verdict returns row i's first failing judgement; Reason is "" when there is none.
func (b *Batch) Verdict(i int) Verdict { return b.verdict[i] }

// Judgements returns what was judged on shadow rows since Reset, in order.
func (b *Batch) Judgements() []Judgement { return b.judged }

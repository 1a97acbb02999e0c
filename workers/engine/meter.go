package engine

import (
	"fmt"
	"log/slog"
	"strings"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

// meter counts what happens to the documents of one task.
type meter struct {
	counts plan.Counts
	log    *slog.Logger
	uri    string // of the input file, for replay lines
}

// stage books what a stage did to a batch; in is how many rows were live before.
func (m *meter) stage(id string, b *doc.Batch, in, dead int64) {
	s := m.counts.Stage(id)
	var dropped int64
	for i := range b.Fallen() {
		dropped++
		s.Reasons = stages.AddCount(s.Reasons, string(b.Verdict(i).Reason), 1)
	}
	s.In += in
	s.Dead += dead
	s.Dropped += dropped
	born := int64(b.Births().Len())
	s.Born += born
	s.Kept += in + born - dead - dropped
	m.counts.Born += born
	m.counts.Dropped += dropped
}

// died books and reports a document on which a stage panicked. The message of a panic may quote
// the document, so only its place and the stack go to the log.
func (m *meter) died(id string, b *doc.Batch, i int, caught *caughtPanic) {
	s := m.counts.Stage(id)
	s.Reasons = stages.AddCount(s.Reasons, string(doc.Panicked), 1)
	m.counts.Dead++
	m.log.Error("a stage panicked on a document; the document is dead, the run goes on",
		"stage", id, "id", string(doc.ID.Of(b).At(i)), "kind", fmt.Sprintf("%T", caught.value),
		"replay", Replay(m.uri, doc.Offset.Of(b).At(i)),
		"stack", firstFrames(caught.stack))
}

// Replay is the command line that shows a dead document again, to be pasted into a shell.
func Replay(path string, offset int64) string {
	quoted := "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	return fmt.Sprintf("dataprep inspect %s --at %d", quoted, offset)
}

// firstFrames keeps the part of a stack that names the guilty function.
func firstFrames(stack []byte) string {
	const most = 1200
	if len(stack) > most {
		stack = stack[:most]
	}
	return string(stack)
}

// kept books the live rows that leave the task.
func (m *meter) kept(b *doc.Batch, published bool) {
	m.counts.Kept += b.CountLive()
	if !published {
		return
	}
	text, lang, tokens := optional(doc.Text, b), optional(doc.Language, b), optional(doc.TokenCount, b)
	var bytes, count int64
	for i := range b.Live() {
		if text != nil {
			bytes += int64(len(text.At(i)))
		}
		if tokens != nil {
			count += tokens.At(i)
		}
		if lang != nil {
			name := "language." + string(lang.At(i))
			m.counts.Sums = stages.AddCount(m.counts.Sums, name, 1)
		}
	}
	if text != nil {
		m.counts.Sums = stages.AddCount(m.counts.Sums, "text_bytes", bytes)
	}
	if tokens != nil {
		m.counts.Sums = stages.AddCount(m.counts.Sums, "tokens", count)
	}
}

func optional[C any](f doc.Field[C], b *doc.Batch) *C {
	if !f.In(b) {
		return nil
	}
	return f.Of(b)
}

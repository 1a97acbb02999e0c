package dedup

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"

	"dataprep/internal/text"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// ExactDedup drops documents whose text another document has.
type ExactDedup struct {
	// Which document of a group stays: first in the input, longest text, newest date or best score.
	// All others are dropped. Where two are equal in that, the smaller public id stays, then the
	// earlier in the input. longest tells documents apart only if normalize makes different texts
	// alike; newest ranks documents without a readable date last; best needs quality_score.
	Keep string `yaml:"keep" enum:"first,longest,newest,best"`
	// What is ignored when texts are compared: nothing (none), or their form (simplify).
	// simplify ignores case, digits, punctuation, white space and accents, so more documents are
	// dropped. The published text is never changed.
	Normalize string `yaml:"normalize" enum:"none,simplify"`
}

const (
	normalizeNone     = "none"
	normalizeSimplify = "simplify"

	exactDuplicate doc.Reason = "exact_duplicate"
)

func exactSpec() stages.ExchangeSpec[ExactDedup] {
	return stages.ExchangeSpec[ExactDedup]{
		Name:    "exact_dedup",
		Rev:     1,
		Default: ExactDedup{Keep: keepFirst, Normalize: normalizeNone},
		Describe: func(c ExactDedup) stages.Shape {
			return stages.Shape{
				Reads:   doc.Union([]doc.Column{doc.Text.Column()}, rankReads(c.Keep)...),
				Writes:  exactMarks().columns(),
				Reasons: []doc.Reason{exactDuplicate},
			}
		},
		Open: func(c ExactDedup, _ stages.Env) (stages.Exchange, error) { return &exact{c}, nil },
	}
}

func exactMarks() marks {
	return marks{
		id:     doc.Field[doc.Strings]{Name: "exact_cluster_id"},
		size:   doc.Field[doc.Num[int64]]{Name: "exact_cluster_size"},
		reason: exactDuplicate,
	}
}

// exact is the exchange: key = 128-bit hash of the text, value = ballot.
type exact struct{ config ExactDedup }

// Reduces implements stages.Exchange.
func (e *exact) Reduces() []stages.Reduce {
	return []stages.Reduce{{Name: "groups", In: stages.ByHash, Run: e.groups}}
}

// Map implements stages.Exchange.
func (e *exact) Map() stages.Mapper {
	return &exactMapper{
		simple: e.config.Normalize == normalizeSimplify,
		rank:   rank{keep: e.config.Keep},
		marks:  exactMarks(),
	}
}

type exactMapper struct {
	simple   bool
	simplify text.Simplifier
	second   xxhash.Digest
	rank     rank
	marks    marks
	key      [16]byte
	hex      [2 * idLen]byte
}

// Emit implements stages.Mapper.
func (m *exactMapper) Emit(b *doc.Batch, out stages.RowWriter) error {
	texts := doc.Text.Of(b)
	m.rank.bind(b)
	for i := range b.Live() {
		if !texts.Has(i) {
			continue
		}
		m.hash(texts.At(i))
		ballot, err := m.rank.of(i)
		if err != nil {
			return err
		}
		err = out.Write(stages.Row{Key: m.key[:], Addr: b.Address(i), Value: ballot})
		if err != nil {
			return err
		}
	}
	return nil
}

// hash sets the key of a text.
func (m *exactMapper) hash(data []byte) {
	if m.simple {
		data = m.simplify.Simplify(data)
	}
	m.second.ResetWithSeed(secondSeed)
	_, _ = m.second.Write(data)
	binary.BigEndian.PutUint64(m.key[:8], xxhash.Sum64(data))
	binary.BigEndian.PutUint64(m.key[8:], m.second.Sum64())
}

// Apply implements stages.Mapper.
func (m *exactMapper) Apply(b *doc.Batch, verdicts stages.Verdicts) error {
	return m.marks.apply(b, verdicts, &m.hex)
}

// groups writes a verdict for every member of a group of two or more. It holds 8 bytes per member
// of one group: a boilerplate text found 1e7 times takes 80 MB.
func (e *exact) groups(in stages.RowReader, out stages.RowWriter) error {
	g := group{keep: e.config.Keep, out: verdictWriter{out: out}}
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return g.finish()
		}
		if err != nil {
			return err
		}
		if len(r.Value) != ballotLen(g.keep) {
			return fmt.Errorf("dedup: a ballot of %d bytes", len(r.Value))
		}
		if len(g.members) > 0 && !bytes.Equal(r.Key, g.key) {
			if err := g.finish(); err != nil {
				return err
			}
		}
		g.add(r)
	}
}

// group collects the members of one key.
type group struct {
	keep    string
	out     verdictWriter
	key     []byte
	members []doc.Address
	best    candidate
}

func (g *group) add(r stages.Row) {
	if len(g.members) == 0 {
		g.key = append(g.key[:0], r.Key...)
	}
	if c := (candidate{r.Addr, r.Value}); len(g.members) == 0 || before(g.keep, c, g.best) {
		g.best.addr, g.best.ballot = r.Addr, append(g.best.ballot[:0], r.Value...)
	}
	g.members = append(g.members, r.Addr)
}

// finish writes the verdicts and empties the group.
func (g *group) finish() error {
	defer func() { g.members = g.members[:0] }()
	if len(g.members) < 2 {
		return nil
	}
	id := g.best.ballot[len(g.best.ballot)-idLen:]
	for _, a := range g.members {
		if err := g.out.write(a, g.best.addr, id, uint64(len(g.members))); err != nil {
			return err
		}
	}
	return nil
}

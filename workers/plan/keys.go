package plan

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// digest hashes a sequence of strings, each length-prefixed, so that no two sequences collide by
// running into each other.
type digest struct{ h hash.Hash }

func newDigest(domain string) digest {
	d := digest{sha256.New()}
	d.add("dp1", domain)
	return d
}

func (d digest) add(parts ...string) {
	var n [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(p)))
		_, _ = d.h.Write(n[:])
		_, _ = d.h.Write([]byte(p))
	}
}

func (d digest) num(values ...int64) {
	for _, v := range values {
		d.add(fmt.Sprint(v))
	}
}

// key prints the digest as 26 base32 characters in lower case: 130 bits, safe in any file name.
func (d digest) key() string {
	s := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(d.h.Sum(nil))
	return strings.ToLower(s[:26])
}

// op adds everything of a configured stage that decides bytes.
func (d digest) op(o *Op) {
	if o == nil {
		d.add("-")
		return
	}
	d.add(o.ID, o.Bound.Name, string(o.Bound.Canonical()))
	d.num(int64(o.Ordinal), int64(o.Bound.Rev))
}

func (d digest) columns(cols []doc.Column) {
	d.num(int64(len(cols)))
	for _, c := range cols {
		d.add(c.Name, c.Kind.String())
	}
}

// code is the digest of all that decides the bytes of a phase's outputs but their inputs.
func (p *Plan) code(f *Phase) string {
	d := newDigest("code")
	d.num(FramesRev, RowsRev)
	for _, m := range p.Lock.Modules { // a library's upgrade may change bytes: no mixing
		d.add(m.Path, m.Version)
	}
	d.add(string(f.Kind), fmt.Sprint(p.Record.Shadow, p.Record.DroppedText))
	d.op(f.Apply)
	d.num(int64(len(f.Chain)))
	for i := range f.Chain {
		d.op(&f.Chain[i])
	}
	d.op(f.Emit)
	d.op(f.Op)
	d.num(int64(f.Step), int64(f.Spread))
	d.columns(f.Carries)
	if f.Kind == Publish {
		d.add(p.Name)
		for _, s := range []stages.Bound{p.Sink, p.Decisions} {
			d.add(s.Name, string(s.Canonical()))
			d.num(int64(s.Rev))
		}
		for i := range p.Ops {
			d.add(p.Ops[i].ID)
		}
	}
	return d.key()
}

// FramesRev and RowsRev are the revisions of our own files: a change of their bytes is a new one.
const (
	FramesRev = 3
	RowsRev   = 1
)

// splitKey is the content key of reading one split: the ordinal is not in it, so that a new file
// among the inputs leaves the others' results alone.
func (p *Plan) splitKey(f *Phase, shard uint32) string {
	s := &p.Splits[shard]
	in := &p.Inputs[s.Input]
	d := newDigest("split")
	d.add(f.Code, in.Source.Name, string(in.Source.Canonical()), in.Origin.Source, in.Origin.Dump)
	d.num(int64(in.Source.Rev))
	d.add(s.File.Path, s.File.SHA256)
	d.num(s.Start, s.End)
	d.shard(f, shard)
	return d.key()
}

// mapKey is the content key of a map over frames: the frames and this shard's own verdicts. The
// place of the split keeps shards apart whose frames are equal, such as those with nothing left in
// them: each task of a phase has a key of its own.
func (p *Plan) mapKey(f *Phase, frames Ref, verdicts []Ref) string {
	s := &p.Splits[frames.Shard]
	d := newDigest("map")
	d.add(f.Code, frames.SHA256, p.Inputs[s.Input].Origin.Source, s.File.Path)
	d.num(s.Start)
	d.shard(f, frames.Shard)
	for _, v := range verdicts {
		d.add(v.Slice)
	}
	return d.key()
}

// shard adds the ordinal of a map task's shard where its outputs hold it: rows that are dealt out by
// shard are keyed by whole addresses.
func (d digest) shard(f *Phase, shard uint32) {
	if f.Spread == stages.ByShard {
		d.num(int64(shard))
	}
}

// reduceKey names the ordinals too: a reduce writes addresses, which hold them.
func reduceKey(f *Phase, rows []Ref, lo, hi uint16, shard int64) string {
	d := newDigest("reduce")
	d.add(f.Code)
	d.num(int64(lo), int64(hi), shard)
	for _, r := range rows {
		d.num(int64(r.Shard))
		d.add(r.SHA256, r.Slice)
	}
	return d.key()
}

// publishKey names the run where the part lies in the run's own folder: another run has its own.
func (p *Plan) publishKey(f *Phase, t *Task) string {
	d := newDigest("publish")
	d.add(f.Code, t.Part.Kind)
	if t.Part.Kind != PartShard {
		d.add(p.Run)
		d.num(int64(t.Part.Shards[0]), int64(t.Part.Shards[1]))
	}
	d.num(int64(t.Part.N), int64(t.Part.Of))
	for _, list := range [][]Ref{t.Frames, t.Dropped, t.Judged, t.Buried} {
		d.num(int64(len(list)))
		for _, r := range list {
			d.add(r.SHA256)
			d.num(int64(r.From), int64(r.To), int64(r.Shard))
		}
	}
	for _, pl := range t.Part.Places {
		d.num(int64(pl.Shard), pl.Row, pl.Rows)
	}
	return d.key()
}

// SealKey names the seal of a phase: a digest of its tasks' keys in order.
func SealKey(tasks []Task) string {
	d := newDigest("seal")
	for i := range tasks {
		d.add(tasks[i].Key)
	}
	return d.key()
}

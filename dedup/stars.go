package dedup

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"dataprep/dedup/cluster"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// stars turns each bucket of two or more into a star: every member, its center included, gets a row
//
//	key = address of the member u64 | value = address of the center u64 | ballot of the member
//
// big-endian, so that the next step meets members in order. Rows come sorted by address within a
// key, so the first is the center, and a bucket of any size takes one row of memory: s rows for s
// members, never s^2 pairs. Documents that meet in several bands repeat their row; contracting them
// here would make rows depend on the bounds of the partition.
func stars(in stages.RowReader, out stages.RowWriter) error {
	w := starWriter{out: out}
	for first := true; ; first = false {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if first || !bytes.Equal(r.Key, w.key) {
			w.begin(r)
		} else if err := w.add(r); err != nil {
			return err
		}
	}
}

type starWriter struct {
	out    stages.RowWriter
	key    []byte // of the bucket in hand
	center doc.Address
	ballot []byte // of the center
	shown  bool   // the center has its row: the bucket has a second member
	member [8]byte
	value  []byte
}

func (w *starWriter) begin(r stages.Row) {
	w.key = append(w.key[:0], r.Key...)
	w.ballot = append(w.ballot[:0], r.Value...)
	w.center, w.shown = r.Addr, false
}

func (w *starWriter) add(r stages.Row) error {
	if !w.shown {
		w.shown = true
		if err := w.write(w.center, w.ballot); err != nil {
			return err
		}
	}
	return w.write(r.Addr, r.Value)
}

func (w *starWriter) write(member doc.Address, ballot []byte) error {
	binary.BigEndian.PutUint64(w.member[:], uint64(member))
	w.value = binary.BigEndian.AppendUint64(w.value[:0], uint64(w.center))
	w.value = append(w.value, ballot...)
	return w.out.Write(stages.Row{Key: w.member[:], Addr: member, Value: w.value})
}

// clusters joins the stars, elects the survivor of each component and writes a verdict for every
// member. It costs about 90 bytes plus a ballot (16 to 28) per document that has a near-duplicate.
func (n *near) clusters(in stages.RowReader, out stages.RowWriter) error {
	e := election{width: ballotLen(n.keep)}
	if err := e.read(in); err != nil {
		return err
	}
	if e.set.Len() != len(e.members) {
		return errors.New("dedup: a star without its center's row")
	}
	var rather func(a, b doc.Address) bool // nil is the lower address
	if n.keep != keepFirst {
		rather = func(a, b doc.Address) bool {
			return before(n.keep, candidate{a, e.ballotOf(a)}, candidate{b, e.ballotOf(b)})
		}
	}
	w := verdictWriter{out: out}
	for _, r := range e.set.AppendRows(nil, rather) {
		id := e.ballotOf(r.Survivor)[e.width-idLen:]
		if err := w.write(r.Member, r.Survivor, id, r.Size); err != nil {
			return err
		}
	}
	return nil
}

// election holds the documents of all stars and their ballots.
type election struct {
	width   int // of a ballot
	set     cluster.Set[doc.Address]
	members []doc.Address // ascending
	ballots []byte        // width bytes per member
	center  doc.Address   // of the last row
}

func (e *election) read(in stages.RowReader) error {
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := e.add(r); err != nil {
			return err
		}
	}
}

func (e *election) add(r stages.Row) error {
	if len(r.Value) != 8+e.width {
		return fmt.Errorf("dedup: a star row of %d bytes", len(r.Value))
	}
	center := doc.Address(binary.BigEndian.Uint64(r.Value))
	n := len(e.members)
	switch {
	case n == 0 || e.members[n-1] < r.Addr:
		e.members = append(e.members, r.Addr)
		e.ballots = append(e.ballots, r.Value[8:]...)
	case e.members[n-1] > r.Addr:
		return fmt.Errorf("dedup: star rows out of order at %#x", uint64(r.Addr))
	case e.center == center:
		return nil // the same pair met in another band
	}
	e.center = center
	return e.set.Union(center, r.Addr)
}

// ballotOf returns the ballot of a member. Every center has a row of its own, so all are members.
func (e *election) ballotOf(a doc.Address) []byte {
	i, _ := slices.BinarySearch(e.members, a)
	return e.ballots[i*e.width : (i+1)*e.width]
}

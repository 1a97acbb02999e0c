package ledger

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"

	"dataprep/internal/store"
)

const holdPrefix = ".dataprep/hold"

// ErrHeld says that another run works in the output. It passes: the same command again later.
var ErrHeld = errors.New("another run holds the output")

// Holder is a process that works in an output, as its mark there says. Nothing of it is published.
type Holder struct {
	Version int    `json:"version"`
	Run     string `json:"run"`
	PID     int    `json:"pid"`
	Host    string `json:"host"`
	Since   string `json:"since"` // RFC 3339, UTC
}

// Hold keeps the runs of other plans out of the output until release is called or the process
// ends. Processes of one run hold it together: they write the same objects under the same names, so
// that whoever is second only finds work done. A run of another plan would republish, and so remove
// the shards that this one has not listed in a manifest yet.
//
// The name is one that no other living process has in this output. A store without such a door holds
// nobody out and gives no name; the manifest's own check then ends the run that lost its shards.
func (l *Ledger) Hold(ctx context.Context, who Holder) (name string, release func(), err error) {
	door, ok := l.Out.(store.Holder)
	if !ok {
		return "", func() {}, nil
	}
	who.Version = Version
	note, err := json.Marshal(who)
	if err != nil {
		return "", nil, fmt.Errorf("encode the mark of a holder: %w", err)
	}
	key, release, err := door.Hold(ctx, holdPrefix, who.Run, note)
	var held *store.HeldError
	if errors.As(err, &held) {
		return "", nil, fmt.Errorf("%w: %s", ErrHeld, describe(held.Notes))
	}
	if err != nil {
		return "", nil, fmt.Errorf("hold the output: %w", err)
	}
	return path.Base(key), release, nil
}

// Holds says whether the process with a name still has its mark. One that was killed has it until
// the next process comes to hold the output.
func (l *Ledger) Holds(ctx context.Context, name string) (bool, error) {
	_, err := l.Out.Head(ctx, holdPrefix+"/"+name)
	if errors.Is(err, store.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// describe tells people of the holders: the first that came, and how many more there are.
func describe(notes [][]byte) string {
	if len(notes) == 0 {
		return "one that was just starting for a long time"
	}
	var all []Holder
	for _, note := range notes {
		var h Holder
		if decode(note, &h, Version) == nil {
			all = append(all, h)
		}
	}
	if len(all) == 0 {
		return "one of a newer version of dataprep"
	}
	first := slices.MinFunc(all, func(a, b Holder) int { return cmp.Compare(a.Since, b.Since) })
	s := fmt.Sprintf("run %s, process %d on %s, since %s", first.Run, first.PID, first.Host, first.Since)
	switch n := len(notes) - 1; n {
	case 0:
	case 1:
		s += " (and 1 more process)"
	default:
		s += fmt.Sprintf(" (and %d more processes)", n)
	}
	return s
}

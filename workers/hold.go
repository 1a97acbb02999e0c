package workers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dataprep/internal/store"
	"dataprep/workers/ledger"
)

// hold keeps runs of other plans out of the output while this process works in it. Its name there is
// that of its scratch folder too.
func (j *Job) hold(ctx context.Context) (name string, release func(), err error) {
	host, err := os.Hostname()
	if err != nil {
		host = "an unnamed machine"
	}
	name, release, err = j.Ledger.Hold(ctx, ledger.Holder{
		Run: j.Plan.Run, PID: os.Getpid(), Host: host, Since: time.Now().UTC().Format(time.RFC3339),
	})
	if errors.Is(err, ledger.ErrHeld) {
		err = fmt.Errorf("%s: %w", j.Folder, err)
	}
	return name, release, err
}

// scratch makes this process's scratch folder and clears away those of processes that are gone: of
// this machine or another one, in this container or a killed one, whoever has no mark is.
func (j *Job) scratch(ctx context.Context, name string) (string, error) {
	parent := filepath.Join(j.Folder, ".dataprep", "tmp")
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return "", fmt.Errorf("make scratch folder: %w: %w", store.Environment, err)
	}
	if name == "" { // nobody has a mark where the store has no door for it
		return made(os.MkdirTemp(parent, "run-"))
	}
	old, err := os.ReadDir(parent)
	if err != nil {
		return "", fmt.Errorf("read scratch folder: %w: %w", store.Environment, err)
	}
	for _, e := range old {
		if lives, err := j.Ledger.Holds(ctx, e.Name()); err == nil && !lives {
			_ = os.RemoveAll(filepath.Join(parent, e.Name()))
		}
	}
	dir := filepath.Join(parent, name)
	return made(dir, os.Mkdir(dir, 0o777))
}

func made(dir string, err error) (string, error) {
	if err != nil {
		return "", fmt.Errorf("make scratch folder: %w: %w", store.Environment, err)
	}
	return dir, nil
}

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/workers"
	"dataprep/workers/plan"
)

// load parses and binds a pipeline file and shows every problem it has at once.
func (a *app) load(path string, set []string, checks ...check) (*plan.Bound, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("read the pipeline file: %w", err)
	}
	file, ds := configs.Parse(path, src, configs.Options{
		Set: set, Env: os.LookupEnv, ReadSecret: readSecret,
		Stages:  a.registry.Names(stages.KindStage, stages.KindExchange),
		Sources: a.registry.Names(stages.KindSource),
		Sinks:   a.registry.Names(stages.KindSink),
	})
	var bound *plan.Bound
	if file != nil {
		bound = plan.Bind(file, a.registry, ds)
	}
	for _, look := range checks {
		if bound != nil && !ds.HasErrors() {
			look(bound, file, ds)
		}
	}
	return bound, a.diagnose(ds)
}

// check looks at more of a pipeline that is well written.
type check func(*plan.Bound, *configs.File, *configs.Diagnostics)

// secretBytes is more than any secret has; a path that leads to a disk is a slip.
const secretBytes = 1 << 20

func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, secretBytes+1))
	if err == nil && len(b) > secretBytes {
		err = fmt.Errorf("%s holds more than a secret: above 1 MiB", path)
	}
	return b, err
}

// diagnose prints diagnostics; it returns an error when one of them is.
func (a *app) diagnose(ds *configs.Diagnostics) error {
	all := ds.All()
	failed := ds.HasErrors()
	if a.json {
		if failed {
			body, err := json.MarshalIndent(map[string]any{"diagnostics": all, "exit": exitUsage}, "", "  ")
			if err != nil {
				return fmt.Errorf("encode diagnostics: %w", err)
			}
			if err := a.print("%s\n", plainJSON(body)); err != nil {
				return err
			}
		}
	} else if len(all) > 0 {
		if err := ds.Render(a.stderr); err != nil {
			return err
		}
	}
	if failed {
		return &exitError{exitUsage, errShown}
	}
	return nil
}

// prepare loads a pipeline and compiles it against its inputs.
func (a *app) prepare(ctx context.Context, path string, set []string, o workers.Options) (
	*workers.Job, error) {
	bound, err := a.load(path, set, workers.CheckFiles)
	if err != nil {
		return nil, err
	}
	o.Log = a.log
	return workers.Prepare(ctx, bound, o)
}

// emit prints a value as JSON.
func (a *app) emit(v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	return a.print("%s\n", plainJSON(body))
}

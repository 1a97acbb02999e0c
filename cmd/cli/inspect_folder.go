package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"dataprep/workers"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// folder is what an output or run folder says of itself.
type folder struct {
	Schema   string           `json:"schema"`
	Folder   string           `json:"folder"`
	Owner    *ledger.Owner    `json:"owner,omitempty"`
	Manifest *ledger.Manifest `json:"manifest,omitempty"`
	Stats    *workers.Stats   `json:"stats,omitempty"`
	Plan     *plan.Shown      `json:"plan,omitempty"` // of a run folder
	Runs     []runFolder      `json:"runs,omitempty"`
}

// runFolder is one run of an output.
type runFolder struct {
	Run       string   `json:"run"`
	Published bool     `json:"published"`
	Files     []string `json:"files"`
}

// inspectFolder prints what an output folder publishes and which runs made it, or what a run is.
func (a *app) inspectFolder(path string) error {
	f := folder{Schema: "dataprep.inspect/v1", Folder: path}
	for _, part := range []struct {
		name string
		into any
	}{
		{".dataprep/owner.json", &f.Owner}, {ledger.ManifestKey, &f.Manifest},
		{"stats.json", &f.Stats}, {"plan.json", &f.Plan},
	} {
		if err := readPart(filepath.Join(path, part.name), part.into); err != nil {
			return err
		}
	}
	if f.Owner == nil && f.Manifest == nil && f.Plan == nil {
		return &exitError{exitNotFound,
			fmt.Errorf("inspect: %s holds no dataset and no run of dataprep", shown(path))}
	}
	if err := f.list(); err != nil {
		return err
	}
	if a.json {
		return a.emit(f)
	}
	if f.Plan != nil {
		return a.showRun(&f)
	}
	return a.showDataset(&f)
}

// readPart reads a JSON file that may be missing.
func readPart(path string, into any) error {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &exitError{exitEnvironment, fmt.Errorf("inspect: %w", err)}
	}
	var head struct{ Version int }
	if err := json.Unmarshal(raw, &head); err != nil {
		return usage("inspect: %s is damaged: %w", shown(path), err)
	}
	if head.Version > ledger.Version {
		return usage("inspect: %s is of version %d, this program reads %d", shown(path),
			head.Version, ledger.Version)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return usage("inspect: %s is damaged: %w", shown(path), err)
	}
	return nil
}

// list finds the runs of an output folder, or makes a run folder its own single run.
func (f *folder) list() error {
	if f.Plan != nil {
		files, err := filesBelow(f.Folder)
		f.Runs = []runFolder{{Run: f.Plan.Run, Files: files}}
		return err
	}
	parent := filepath.Join(f.Folder, ".dataprep", "runs")
	entries, err := os.ReadDir(parent)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &exitError{exitEnvironment, fmt.Errorf("inspect: %w", err)}
	}
	for _, e := range entries {
		files, err := filesBelow(filepath.Join(parent, e.Name()))
		if err != nil {
			return err
		}
		f.Runs = append(f.Runs, runFolder{
			e.Name(), f.Manifest != nil && f.Manifest.Run == e.Name(), files,
		})
	}
	return nil
}

func filesBelow(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		files = append(files, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		return nil, &exitError{exitEnvironment, fmt.Errorf("inspect: %w", err)}
	}
	slices.Sort(files)
	return files, nil
}

func (a *app) showDataset(f *folder) error {
	name := ""
	if f.Owner != nil {
		name = f.Owner.Name
	}
	m := f.Manifest
	if m == nil {
		if err := a.print("%s belongs to the pipeline %s; nothing is published yet\n",
			shown(f.Folder), shown(name)); err != nil {
			return err
		}
		return a.showRuns(f)
	}
	if err := a.print("%s: dataset %s, %s, root %s\n\n", shown(f.Folder), shown(m.Name),
		count(m.Rows, "row"), printable(m.RootSHA256)); err != nil {
		return err
	}
	if f.Stats != nil {
		if err := a.table(&f.Stats.Counts); err != nil {
			return err
		}
	}
	if err := a.print("\nfiles\n"); err != nil {
		return err
	}
	for _, file := range m.Files {
		rows := ""
		if file.Rows > 0 {
			rows = count(file.Rows, "row")
		}
		if err := a.print("  %-44s %12s %10s  %.12s\n", shown(file.Path), rows,
			bytesText(file.Bytes), printable(file.SHA256)); err != nil {
			return err
		}
	}
	return a.showRuns(f)
}

func (a *app) showRuns(f *folder) error {
	if len(f.Runs) == 0 {
		return nil
	}
	if err := a.print("\nruns\n"); err != nil {
		return err
	}
	for _, r := range f.Runs {
		state := "not published"
		if r.Published {
			state = "published"
		}
		if err := a.print("  %s  %s, %s in %s\n", shown(r.Run), state,
			count(int64(len(r.Files)), "file"),
			shown(filepath.Join(f.Folder, ".dataprep", "runs", r.Run))); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showRun(f *folder) error {
	if err := a.plan(f.Plan); err != nil {
		return err
	}
	if err := a.print("\nfiles\n"); err != nil {
		return err
	}
	for _, name := range f.Runs[0].Files {
		if err := a.print("  %s\n", shown(name)); err != nil {
			return err
		}
	}
	return nil
}

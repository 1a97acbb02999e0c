package cli

import (
	"fmt"
	"strings"

	"dataprep/workers"
	"dataprep/workers/plan"

	"github.com/spf13/cobra"
)

func (a *app) validateCommand() *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "validate pipeline.yaml",
		Short: "Check a pipeline file, its models and lists, and say everything that is wrong",
		Args:  oneFile("pipeline file"),
		RunE: func(c *cobra.Command, args []string) error {
			bound, err := a.load(args[0], set, workers.CheckFiles, workers.CheckStages)
			if err != nil {
				return err
			}
			if a.json {
				return a.emit(map[string]any{
					"valid": true, "name": bound.Name, "stages": len(bound.Ops),
				})
			}
			return a.print("%s: ok, pipeline %s with %s\n", shown(args[0]), shown(bound.Name),
				count(int64(len(bound.Ops)), "stage"))
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "override a value: --set stages.minhash.bands=20")
	return c
}

func (a *app) planCommand() *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "plan pipeline.yaml",
		Short: "Show what a run would do: inputs, phases, keys, columns; writes nothing",
		Args:  oneFile("pipeline file"),
		RunE: func(c *cobra.Command, args []string) error {
			job, err := a.prepare(c.Context(), args[0], set, workers.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			if a.json {
				return a.emit(job.Plan.Show())
			}
			return a.showPlan(c, job)
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "override a value: --set stages.minhash.bands=20")
	return c
}

func (a *app) showPlan(c *cobra.Command, job *workers.Job) error {
	p := job.Plan.Show()
	if err := a.plan(&p); err != nil {
		return err
	}
	m, err := job.Finished(c.Context())
	if err != nil {
		return err
	}
	if m != nil {
		return a.print("\nfinished: %s published in %s, root %s\n", count(m.Rows, "row"),
			shown(job.Folder), printable(m.RootSHA256))
	}
	return a.print("\noutput %s\n", shown(job.Folder))
}

// plan prints a plan for people.
func (a *app) plan(p *plan.Shown) error {
	var total int64
	for _, s := range p.Splits {
		total += s.End - s.Start
	}
	if err := a.print("pipeline %s, run %s\n\n%s to read, %s\n", shown(p.Name), shown(p.Run),
		count(int64(len(p.Splits)), "split"), bytesText(total)); err != nil {
		return err
	}
	const most = 20
	for _, s := range p.Splits[:min(most, len(p.Splits))] {
		part := ""
		if s.Start > 0 || len(p.Splits) > most {
			part = fmt.Sprintf("  bytes %d to %d", s.Start, s.End)
		}
		if err := a.print("  %5d  %-10s %-32s %10s%s\n", s.Shard, shown(s.Input), shown(s.Path),
			bytesText(s.End-s.Start), part); err != nil {
			return err
		}
	}
	if n := len(p.Splits) - most; n > 0 {
		if err := a.print("  … and %d more\n", n); err != nil {
			return err
		}
	}
	return a.phases(p)
}

func (a *app) phases(p *plan.Shown) error {
	if err := a.print("\n%s\n", count(int64(len(p.Phases)), "phase")); err != nil {
		return err
	}
	for _, f := range p.Phases {
		what := strings.Join(f.Stages, " → ")
		if f.Kind == plan.Publish {
			what = "shards and decisions"
		}
		if f.Emits != "" {
			what += " → rows for " + f.Emits
		}
		if err := a.print("  %-24s %-8s %s\n", printable(f.ID), f.Kind, printable(what)); err != nil {
			return err
		}
	}
	return a.print("\ncolumns %s\n", printable(strings.Join(p.Columns, " ")))
}

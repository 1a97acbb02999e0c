package cli

import (
	"dataprep/workers"

	"github.com/spf13/cobra"
)

func (a *app) validateCommand() *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "validate pipeline.yaml",
		Short: "Check a pipeline file and say everything that is wrong with it",
		Args:  oneFile("pipeline file"),
		RunE: func(c *cobra.Command, args []string) error {
			bound, err := a.load(args[0], set)
			if err != nil {
				return err
			}
			if a.json {
				return a.emit(map[string]any{
					"valid": true, "name": bound.Name, "stages": len(bound.Ops),
				})
			}
			return a.print("%s: ok, pipeline %q with %d stages\n",
				printable(args[0]), bound.Name, len(bound.Ops))
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
	if err := a.print("pipeline %s, run %s, output %s\n%d splits\n",
		p.Name, p.Run, printable(job.Folder), len(p.Splits)); err != nil {
		return err
	}
	const most = 20
	for i, s := range p.Splits {
		if i == most {
			if err := a.print("  … and %d more\n", len(p.Splits)-most); err != nil {
				return err
			}
			break
		}
		if err := a.print("  %4d %s %s [%d:%d]\n", s.Shard, s.Input, quoted(s.Path), s.Start, s.End); err != nil {
			return err
		}
	}
	for _, f := range p.Phases {
		emits := ""
		if f.Emits != "" {
			emits = ", emits rows of " + f.Emits
		}
		if err := a.print("phase %-22s %-8s %v%s\n", f.ID, f.Kind, f.Stages, emits); err != nil {
			return err
		}
	}
	m, err := job.Finished(c.Context())
	if err != nil {
		return err
	}
	if m != nil {
		return a.print("finished: %d rows published, root %s\n", m.Rows, m.RootSHA256)
	}
	return nil
}

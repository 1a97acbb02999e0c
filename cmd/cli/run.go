package cli

import (
	"time"

	"dataprep/workers"
	"dataprep/workers/plan"

	"github.com/spf13/cobra"
)

func (a *app) runCommand() *cobra.Command {
	var o workers.Options
	var set []string
	var quiet bool
	c := &cobra.Command{
		Use:   "run pipeline.yaml",
		Short: "Run a pipeline and publish its dataset; a finished one is a no-op",
		Long: "Run does what is left of a pipeline and publishes. Interrupted, killed or out of disk,\n" +
			"the same command goes on where it stopped. Exit codes: 0 published, 2 configuration,\n" +
			"3 published with too many dead documents, 5 expectation not met, 6 environment.",
		Args: oneFile("pipeline file"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.run(c, args[0], set, o, quiet)
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "override a value: --set stages.minhash.bands=20")
	c.Flags().IntVar(&o.Slots, "workers", 0, "tasks worked on at once (default: one per core)")
	c.Flags().BoolVar(&o.Checksum, "checksum", false, "hash every input file again")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "print no progress")
	return c
}

func (a *app) run(c *cobra.Command, path string, set []string, o workers.Options, quiet bool) error {
	started := time.Now()
	if o.Slots < 0 || o.Slots > 4096 {
		return usage("--workers must be between 1 and 4096")
	}
	o.Build, o.Log = version(), a.log
	job, err := a.prepare(c.Context(), path, set, o)
	if err != nil {
		return err
	}
	show := newProgress(a.stderr, quiet || a.json)
	o.Watch = show.update
	sum, err := job.Run(c.Context(), o)
	show.close()
	if err != nil {
		return err
	}
	if err := a.summary(job, sum, time.Since(started)); err != nil {
		return err
	}
	if workers.Overdue(job.Bound.Errors, sum) {
		a.say("warning: %d documents and %d tasks are dead, more than errors.tolerate allows; "+
			"the decisions files name them", sum.Counts.Dead, sum.DeadTasks)
		return &exitError{exitDead, errShown}
	}
	return nil
}

// summary prints what a run did.
func (a *app) summary(job *workers.Job, sum *workers.Summary, took time.Duration) error {
	if a.json {
		return a.emit(sum)
	}
	if sum.NoOp {
		return a.print("nothing to do: %s is published, %d rows, root %s\n",
			job.Folder, sum.Rows, sum.Root)
	}
	if err := a.table(&sum.Counts); err != nil {
		return err
	}
	return a.print("\npublished %s: %d rows in %d shards, %s, %d of %d tasks run, %s\nroot %s\n",
		job.Folder, sum.Rows, sum.Shards, bytesText(sum.Bytes), sum.Ran, sum.Tasks,
		workers.Elapsed(took), sum.Root)
}

// table prints what came in and what each stage did to it.
func (a *app) table(n *plan.Counts) error {
	if err := a.print("%d records, %d documents\n", n.Records, n.Documents); err != nil {
		return err
	}
	for _, s := range n.Skipped {
		if err := a.print("  skipped  %-28s %8d\n", s.Name, s.N); err != nil {
			return err
		}
	}
	if err := a.print("\n%-20s %8s %8s %8s %6s\n", "stage", "in", "kept", "dropped", "dead"); err != nil {
		return err
	}
	for _, s := range n.Stages {
		if err := a.print("%-20s %8d %8d %8d %6d\n", s.ID, s.In, s.Kept, s.Dropped, s.Dead); err != nil {
			return err
		}
		for _, r := range s.Reasons {
			if err := a.print("  %-45s %6d\n", r.Name, r.N); err != nil {
				return err
			}
		}
	}
	for _, s := range n.Lost {
		if err := a.print("unreadable: %s bytes %d to %d (%s)\n", quoted(s.Path), s.From, s.To, s.Cause); err != nil {
			return err
		}
	}
	share := 0.0
	if n.Documents > 0 {
		share = 100 * float64(n.Kept) / float64(n.Documents)
	}
	return a.print("\nkept %d of %d documents (%.1f%%), %d dropped, %d dead\n",
		n.Kept, n.Documents, share, n.Dropped, n.Dead)
}

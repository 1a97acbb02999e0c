package cli

import (
	"time"

	"dataprep/workers"

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
			"the same command goes on where it stopped. While it works it holds its output: the same\n" +
			"command elsewhere joins in, a changed pipeline of the name is told to come again later.\n" +
			"Exit codes: 0 published, 2 configuration, 3 published with too many dead documents,\n" +
			"5 expectation not met, 6 environment, 75 run again (a task hung) or later (the output is\n" +
			"held), 130 and 143 interrupted.",
		Example: "  dataprep run pipeline.yaml\n" +
			"  dataprep run pipeline.yaml --set stages.gopher_quality.min_words=30 --workers 4",
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

func (a *app) run(c *cobra.Command, path string, set []string, o workers.Options,
	quiet bool) error {
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
		a.mourn(job, sum)
		return &exitError{exitDead, errShown}
	}
	return nil
}

// mourn says what died and makes the exit code 3.
func (a *app) mourn(job *workers.Job, sum *workers.Summary) {
	if sum.DeadTasks > 0 {
		a.say("warning: %s; the input is not in the dataset", isDead(sum.DeadTasks, "task"))
		a.dead(sum.Dead)
	}
	if workers.Intolerable(job.Bound.Errors, sum) {
		a.say("warning: %s, more than errors.tolerate allows; the decisions name each one",
			isDead(sum.Counts.Dead, "document"))
	}
}

// summary prints what a run did.
func (a *app) summary(job *workers.Job, sum *workers.Summary, took time.Duration) error {
	if a.json {
		return a.emit(sum)
	}
	if sum.NoOp {
		return a.print("nothing to do: %s is published, %s, root %s\n",
			shown(job.Folder), count(sum.Rows, "row"), sum.Root)
	}
	if err := a.table(&sum.Counts); err != nil {
		return err
	}
	return a.print("\npublished %s: %s in %s, %s, %d of %s run, %s\nroot %s\n",
		shown(job.Folder), count(sum.Rows, "row"), count(int64(sum.Shards), "shard"),
		bytesText(sum.Bytes), sum.Ran, count(int64(sum.Tasks), "task"), workers.Elapsed(took), sum.Root)
}

// mostDead is how many dead tasks are shown; the run folder has them all.
const mostDead = 10

// dead shows the dead tasks: what they were to read, why they failed, how to look at it.
func (a *app) dead(list []workers.Death) {
	for i, d := range list {
		if i == mostDead {
			a.say("  … and %d more; dead.json in the run folder lists them", len(list)-mostDead)
			return
		}
		a.say("  dead: %s bytes %d to %d: %s\n        %s", shown(d.Path), d.From, d.To,
			printable(d.Error), printable(d.Replay))
	}
}

// isDead says that so many of a thing are dead.
func isDead(n int64, what string) string {
	if n == 1 {
		return count(n, what) + " is dead"
	}
	return count(n, what) + " are dead"
}

package cli

import (
	"fmt"
	"strings"

	"dataprep/stages"
	"dataprep/workers/plan"
)

// mostLost is how many unreadable ranges a table lists; stats.json has them all.
const mostLost = 10

// table prints what came in and what each stage did to it.
func (a *app) table(n *plan.Counts) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s\n", count(n.Records, "record"), count(n.Documents, "document"))
	for _, s := range n.Skipped {
		fmt.Fprintf(&b, "  skipped %-20s %8d\n", printable(s.Name), s.N)
	}
	name := 24
	for _, s := range n.Stages {
		name = max(name, len(s.ID))
		for _, r := range s.Reasons {
			name = max(name, len(r.Name)+4)
		}
	}
	fmt.Fprintf(&b, "\n%-*s %11s %11s %11s %8s\n", name, "stage", "in", "kept", "dropped", "dead")
	for _, s := range n.Stages {
		fmt.Fprintf(&b, "%-*s %11d %11d %11d %8d\n", name, printable(s.ID), s.In, s.Kept, s.Dropped,
			s.Dead)
		for _, r := range s.Reasons {
			fmt.Fprintf(&b, "    %-*s %35d\n", name-4, printable(r.Name), r.N)
		}
	}
	for i, s := range n.Lost {
		if i == mostLost {
			fmt.Fprintf(&b, "unreadable: … and %d more ranges; stats.json lists them\n",
				len(n.Lost)-mostLost)
			break
		}
		fmt.Fprintf(&b, "unreadable: %s %s (%s)\n", shown(s.Path), lostRange(s),
			printable(s.Cause))
	}
	all := count(n.Documents, "document")
	if n.Born > 0 {
		all += fmt.Sprintf(" and %d born of them", n.Born)
	}
	fmt.Fprintf(&b, "\nkept %d of %s (%s), %d dropped, %d dead\n", n.Kept, all,
		percent(n.Kept, n.Documents+n.Born), n.Dropped, n.Dead)
	return a.print("%s", b.String())
}

// lostRange says where something unreadable lies. Inside a member that holds several records only the
// member's place is known.
func lostRange(l stages.Lost) string {
	if l.To <= l.From {
		return fmt.Sprintf("inside the member at byte %d", l.From)
	}
	return fmt.Sprintf("bytes %d to %d", l.From, l.To)
}

// count writes a number of things, without an s for one.
func count(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// percent writes a share of documents.
func percent(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
}

// bytesText prints a size for people.
func bytesText(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 10<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 10<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

package cli

import (
	"fmt"
	"os"
	"time"

	"dataprep/workers"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far a run is: one bar per phase on a terminal, a plain line per phase and
// every few seconds elsewhere.
type progress struct {
	out     *console
	quiet   bool
	bars    *mpb.Progress
	bar     *mpb.Bar
	phase   string
	since   time.Time
	printed time.Time
	last    workers.Progress
}

// plainEvery is how often a line is printed off a terminal.
const plainEvery = 5 * time.Second

func newProgress(out *console, quiet bool) *progress {
	p := &progress{out: out, quiet: quiet}
	if f, ok := out.out.(*os.File); ok && !quiet && terminal(f) {
		p.bars = mpb.New(mpb.WithOutput(f), mpb.WithWidth(30))
		out.cover(p.bars)
	}
	return p
}

func terminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// update is the conductor's Watch.
func (p *progress) update(now workers.Progress) {
	if p.quiet {
		return
	}
	fresh := now.Phase != p.phase
	if fresh {
		p.finish()
		p.phase, p.since, p.printed = now.Phase, time.Now(), time.Now()
	}
	p.last = now
	if p.bars != nil {
		p.draw(now, fresh)
		return
	}
	done := now.Done == now.Tasks
	if done && !fresh || now.Reused || time.Since(p.printed) >= plainEvery {
		p.printed = time.Now()
		_, _ = fmt.Fprintln(p.out, p.line(now))
	}
}

func (p *progress) line(n workers.Progress) string {
	s := fmt.Sprintf("phase %d/%d %-22s %d/%d tasks", n.N, n.Phases, n.Phase, n.Done, n.Tasks)
	if n.Reused {
		return s + ", done before"
	}
	return s + p.speed(n)
}

// speed is documents per second and the kept share so far.
func (p *progress) speed(n workers.Progress) string {
	if n.Documents == 0 {
		return ""
	}
	s := ""
	if sec := time.Since(p.since).Seconds(); sec > 0.05 {
		s = fmt.Sprintf(", %.0f pages/s", float64(n.Documents)/sec)
	}
	if n.Of > 0 {
		s += fmt.Sprintf(", kept %.1f%%", 100*float64(n.Kept)/float64(n.Of))
	}
	return s
}

func (p *progress) draw(n workers.Progress, fresh bool) {
	if fresh {
		p.bar = p.bars.AddBar(int64(max(n.Tasks, 1)), mpb.PrependDecorators(
			decor.Name(fmt.Sprintf("%d/%d %-22s ", n.N, n.Phases, n.Phase)),
			decor.CountersNoUnit("%d/%d tasks"),
		), mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.speed(p.last) })))
	}
	p.bar.SetCurrent(int64(n.Done))
}

func (p *progress) finish() {
	if p.bar != nil {
		if p.last.Done == p.last.Tasks {
			p.bar.SetTotal(-1, true)
		} else {
			p.bar.Abort(false)
		}
		p.bar = nil
	}
}

// close ends the drawing on every path; a bar left open would hang for ever.
func (p *progress) close() {
	p.finish()
	if p.bars != nil {
		p.out.cover(nil)
		p.bars.Wait()
	}
}

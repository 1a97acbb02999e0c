package cli

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"dataprep/workers"

	"github.com/mattn/go-isatty"
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
	note    *atomic.Pointer[string] // what stands behind the bar in hand; the drawing reads it
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
	return os.Getenv("TERM") != "dumb" && isatty.IsTerminal(f.Fd())
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
	s := fmt.Sprintf("phase %d/%d %-24s %d/%d tasks", n.N, n.Phases, n.Phase, n.Done, n.Tasks)
	if speed := p.speed(n); speed != "" {
		s += ", " + speed
	}
	return s
}

// speed is documents per second and the kept share so far.
func (p *progress) speed(n workers.Progress) string {
	if n.Reused {
		return "done before"
	}
	var parts []string
	if sec := time.Since(p.since).Seconds(); n.Documents > 0 && sec > 0.05 {
		parts = append(parts, fmt.Sprintf("%.0f pages/s", float64(n.Documents)/sec))
	}
	if n.Of > 0 {
		parts = append(parts, "kept "+percent(n.Kept, n.Of))
	}
	return strings.Join(parts, ", ")
}

func (p *progress) draw(n workers.Progress, fresh bool) {
	if fresh {
		note := &atomic.Pointer[string]{}
		p.note = note
		p.bar = p.bars.AddBar(int64(max(n.Tasks, 1)), mpb.PrependDecorators(
			decor.Name(fmt.Sprintf("%d/%d %-24s ", n.N, n.Phases, n.Phase)),
			decor.CountersNoUnit("%d/%d tasks "),
		), mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			if s := note.Load(); s != nil {
				return " " + *s
			}
			return ""
		})))
	}
	speed := p.speed(n)
	p.note.Store(&speed)
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

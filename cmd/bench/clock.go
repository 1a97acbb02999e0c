package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"syscall"
	"time"

	"dataprep/workers"
)

// clock takes the time of a run and of its phases.
type clock struct {
	began   time.Time
	cpu, gc float64 // before the run; after stop, of the run
	seconds float64
	phases  []phaseTime
	since   time.Time
}

// phaseTime is the wall time from the start of a phase to the start of the next.
type phaseTime struct {
	name    string
	seconds float64
}

// watch hears of the run's progress. It is called by the goroutine that waits for the run.
func (c *clock) watch(p workers.Progress) {
	name := fmt.Sprintf("%d_%s", p.N, p.Phase)
	if n := len(c.phases); n > 0 && c.phases[n-1].name == name {
		return
	}
	if len(c.phases) == 0 {
		c.phases, c.since = append(c.phases, phaseTime{name: "0_prepare"}), c.began
	}
	c.lap()
	c.phases = append(c.phases, phaseTime{name: name})
}

func (c *clock) lap() {
	now := time.Now()
	if n := len(c.phases); n > 0 {
		c.phases[n-1].seconds = now.Sub(c.since).Seconds()
	}
	c.since = now
}

func (c *clock) stop() {
	c.lap()
	c.seconds = time.Since(c.began).Seconds()
	c.cpu, c.gc = cpuSeconds()-c.cpu, gcSeconds()-c.gc
}

// cpuSeconds is what this process has used so far, in user and kernel mode.
func cpuSeconds() float64 {
	u := usage()
	return float64(syscall.TimevalToNsec(u.Utime)+syscall.TimevalToNsec(u.Stime)) / 1e9
}

// peakMB is the largest resident set of this process so far, in units of 2^20 bytes, as the peers
// count.
func peakMB() int64 {
	kib := int64(usage().Maxrss)
	if runtime.GOOS == "darwin" {
		kib /= 1024 // bytes there
	}
	return (kib + 512) / 1024
}

func usage() (u syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it fails for wrong arguments only
	}
	return u
}

// gcSeconds is the processor time the garbage collector has used, as the runtime estimates it at
// the end of each cycle; idle time that it filled is not in it.
func gcSeconds() float64 {
	s := []metrics.Sample{
		{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"},
	}
	metrics.Read(s)
	return s[0].Value.Float64() - s[1].Value.Float64()
}

// profile starts the profiles that were asked for; what it returns writes them.
func (s *settings) profile() (stop func() error, err error) {
	var cpu *os.File
	if s.cpu != "" {
		if cpu, err = os.Create(s.cpu); err != nil {
			return nil, fmt.Errorf("make the profile: %w", err)
		}
		if err := pprof.StartCPUProfile(cpu); err != nil {
			return nil, fmt.Errorf("start the profile: %w", err)
		}
	}
	return func() error {
		if cpu != nil {
			pprof.StopCPUProfile()
			if err := cpu.Close(); err != nil {
				return fmt.Errorf("write the profile: %w", err)
			}
		}
		if s.memory == "" {
			return nil
		}
		f, err := os.Create(s.memory)
		if err != nil {
			return fmt.Errorf("make the profile: %w", err)
		}
		err = pprof.Lookup("allocs").WriteTo(f, 0)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return fmt.Errorf("write the profile: %w", err)
		}
		return nil
	}, nil
}

package workers

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// cores is how many slots one process has unless told otherwise.
func cores() int { return runtime.GOMAXPROCS(0) }

// running says whether a process of this machine lives.
func running(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}

// LimitMemory sets Go's soft memory limit to 90% of the cgroup's limit, so that a container of any
// size is used and not overrun. GOMEMLIMIT, when set, stands.
func LimitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	for _, path := range []string{
		"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
	} {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		limit, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64)
		if err == nil && limit > 0 && limit < 1<<50 {
			debug.SetMemoryLimit(limit / 10 * 9)
			return
		}
	}
}

package workers

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// cores is how many slots one process has unless told otherwise.
func cores() int { return runtime.GOMAXPROCS(0) }

// LimitMemory sets Go's soft memory limit to 90% of the cgroup's limit, so that a container of any
// size is used and not overrun. GOMEMLIMIT, when set, stands.
func LimitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	limit, ok := memoryLimit(
		"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
	if ok {
		debug.SetMemoryLimit(limit)
	}
}

// memoryLimit reads the first cgroup file that names a limit and returns 90% of it. Version 1 says
// "no limit" with a number near 2^63, version 2 with the word max.
func memoryLimit(paths ...string) (int64, bool) {
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		limit, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64)
		if err == nil && limit > 0 && limit < 1<<50 {
			return limit / 10 * 9, true
		}
	}
	return 0, false
}

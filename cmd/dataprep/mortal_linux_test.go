package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// startMortal starts a process without the capabilities that let root read and write everything: it
// is stopped by the permissions of files like any owner. They are dropped for one thread, which makes
// the process and then ends.
func startMortal(c *exec.Cmd) error {
	if os.Geteuid() != 0 {
		return c.Start()
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // without an end: the thread is of no use to anybody else any more
		for _, power := range []uintptr{unix.CAP_DAC_OVERRIDE, unix.CAP_DAC_READ_SEARCH} {
			if err := unix.Prctl(unix.PR_CAPBSET_DROP, power, 0, 0, 0); err != nil {
				done <- fmt.Errorf("drop a capability: %w", err)
				return
			}
		}
		done <- c.Start()
	}()
	return <-done
}

package configs

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
)

// The program and its tests promise to need no more than 1 GB. The tests here read hostile files of
// the largest size, one after another; on a busy machine the collector lags behind.
const maxPeak = 300 // MB

// TestMain fails the package if its process ever held more than maxPeak.
func TestMain(m *testing.M) {
	code := m.Run()
	peak, err := peakMB()
	switch {
	case err != nil:
		fmt.Println("peak memory:", err)
		code = 1
	case peak > maxPeak && measurable():
		fmt.Printf("the tests held %d MB, the limit is %d\n", peak, maxPeak)
		code = 1
	}
	os.Exit(code)
}

// peakMB is the high water mark of this process. getrusage would hand on that of the process which
// started it.
func peakMB() (mb int, err error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, line, _ := bytes.Cut(b, []byte("VmHWM:"))
	_, err = fmt.Sscan(string(line), &mb)
	return mb >> 10, err
}

// measurable tells a plain run from one with the race detector, which takes several times as much,
// and from fuzzing, whose engine has memory of its own.
func measurable() bool {
	fuzz := flag.Lookup("test.fuzz")
	if fuzz != nil && fuzz.Value.String() != "" {
		return false
	}
	info, ok := debug.ReadBuildInfo()
	for i := 0; ok && i < len(info.Settings); i++ {
		if info.Settings[i].Key == "-race" && info.Settings[i].Value == "true" {
			return false
		}
	}
	return true
}

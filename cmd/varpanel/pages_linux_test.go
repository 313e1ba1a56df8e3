package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestLargePages: most of the space is advised, and none of it is held.
func TestLargePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil {
		t.Skip("this system has no transparent large pages: ", err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	advised := advisedBytes(t)
	useLargePages()
	runtime.ReadMemStats(&after)
	if got := advisedBytes(t) - advised; got < heapAhead-2*largePage {
		t.Errorf("%d bytes more have the advice, want about %d", got, heapAhead)
	}
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > heapAhead/2 {
		t.Errorf("%d bytes are still held", held)
	}
}

// advisedBytes adds up the process's mappings that have the flag hg.
func advisedBytes(t *testing.T) (n int) {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	kilobytes := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		fmt.Sscanf(line, "Size: %d kB", &kilobytes)
		if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && strings.Contains(flags+" ", " hg ") {
			n += kilobytes << 10
		}
	}
	return n
}

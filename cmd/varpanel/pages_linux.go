package main

import (
	"runtime"
	"syscall"
	"unsafe"
)

const (
	// heapAhead is as much of the heap as gets large pages: what the commands
	// that are short use. Address space costs nothing until it is used.
	heapAhead = 64 << 20
	largePage = 2 << 20
)

// useLargePages asks for large pages for the heap that is still to grow, where
// the system leaves that to the program (transparent_hugepage "madvise", the
// default of some distributions). A short command spends up to half of its time
// in the faults of 4 KiB pages otherwise: they are dear on virtual machines. It
// takes the address space as one allocation, advises, and gives it back to the
// heap; where the system does not know large pages nothing changes.
func useLargePages() {
	adviseAhead()
	runtime.GC() // what is allocated next goes into that space
}

// adviseAhead is a function of its own so that nothing refers to the space when
// it returns.
//
//go:noinline
func adviseAhead() {
	space := make([]byte, heapAhead)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(space))) % largePage
	whole := space[skip:]
	// Its error is of no interest: pages stay as they are.
	_ = syscall.Madvise(whole[:len(whole)/largePage*largePage], syscall.MADV_HUGEPAGE)
}

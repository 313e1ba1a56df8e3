//go:build !linux

package main

// useLargePages does something on Linux only.
func useLargePages() {}

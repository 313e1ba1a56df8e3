package bgzf

// hasAssembly tells whether the CPU has BMI2 and SSSE3. Neither needs anything of
// the operating system: they are instructions on registers that every process has.
var hasAssembly = func() bool {
	const ssse3, bmi2 = 1 << 9, 1 << 8
	if highest, _, _ := cpuid(0); highest < 7 {
		return false
	}
	_, _, ecx := cpuid(1)
	_, ebx, _ := cpuid(7)
	return ecx&ssse3 != 0 && ebx&bmi2 != 0
}()

// near is how to copy from a distance below 16 as if it were farther: shuffle
// repeats the first bytes of 16, and for the bytes after these the distance is
// back more, a multiple of itself from 16 on. The last, for 16 and more, changes
// nothing.
var near [17]struct {
	shuffle [16]uint8
	back    uint64
	_       uint64 // 32 bytes
}

func init() {
	for i := range 16 {
		for n := 1; n <= 16; n++ {
			near[n].shuffle[i] = uint8(i % n)
			near[n].back = uint64((16+n-1)/n*n - n)
		}
	}
}

// symbolsBMI2 is symbols in assembly. No argument may be above maxBlock but for
// limit, which is loadAhead more than the end of the stream. d.in changes and end
// counts where the result is isEnd alone.
//
//go:noescape
func symbolsBMI2(d *decoder, dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (end uint, result int)

// symbolsTwo decodes two blocks in turns, of each what comes before its end: it
// ends where one of them comes to an entry that is rare, to the end of its stream or
// to the last outSlack bytes of the first's plain data, which it does not write past.
// The decoders and lanes say how far. Not whole is what is corrupt.
//
//go:noescape
func symbolsTwo(p *decoderPair, l *[2]lane) (whole bool)

// cpuid asks for a leaf, its first part.
func cpuid(leaf uint32) (eax, ebx, ecx uint32)

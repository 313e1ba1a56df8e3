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

// patterns[n] are the places of 16 bytes that repeat the first n of them, and
// patternSteps[n] how many bytes of these are whole repeats.
var (
	patterns     [16][16]uint8
	patternSteps [16]uint8
)

func init() {
	for n := 1; n < 16; n++ {
		for i := range patterns[n] {
			patterns[n][i] = uint8(i % n)
		}
		patternSteps[n] = uint8(16 - 16%n)
	}
}

// symbolsBMI2 is symbols in assembly. No argument may be above maxBlock but for
// limit, which is loadAhead more than the end of the stream. d.in changes and end
// counts where the result is isEnd alone.
//
//go:noescape
func symbolsBMI2(d *decoder, dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (end uint, result int)

// cpuid asks for a leaf, its first part.
func cpuid(leaf uint32) (eax, ebx, ecx uint32)

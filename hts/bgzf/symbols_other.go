//go:build !amd64

package bgzf

const hasAssembly = false

func symbolsBMI2(*decoder, *[outSpace]byte, uint, uint, *[inSpace]byte, uint) (end uint, result int) {
	panic("no assembly")
}

func symbolsTwo(*decoderPair, *[2]lane) (whole bool) { panic("no assembly") }

package panel

import "strings"

// ParseMOI reads a mode of inheritance as PanelApp spells it: the twelve
// strings of PanelApp's own source (panels/models/evaluation.py), in any case,
// with the spellings that occur in real answers ("X linked: ...", no imprinting
// said, the long form of Other), or the name of a MOI of this package. known is
// false for a string that is none of these: it reads as Unknown and never as a
// guess. The empty string is known to be Unknown.
func ParseMOI(s string) (moi MOI, known bool) {
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	switch m := MOI(strings.ReplaceAll(s, " ", "_")); m {
	case Monoallelic, MonoallelicNotImprinted, MonoallelicMaternallyImprinted, MonoallelicPaternallyImprinted,
		Biallelic, Both, BothMoreSevereBiallelic, XLinkedBiallelic, XLinkedMonoallelic, Mitochondrial, Unknown:
		return m, true
	}
	if rest, ok := cutXLinked(s); ok {
		return parseXLinked(rest)
	}
	head, rest, _ := strings.Cut(s, ",")
	switch strings.TrimSpace(head) {
	case "monoallelic":
		return parseMonoallelic(strings.TrimSpace(rest))
	case "biallelic":
		return ifAutosomal(Biallelic, rest)
	case "both monoallelic and biallelic":
		return ifAutosomal(Both, rest)
	case "both monoallelic and biallelic (but biallelic mutations cause a more severe disease form)":
		return ifAutosomal(BothMoreSevereBiallelic, rest)
	case "":
		return Unknown, rest == ""
	}
	if s == "other" || strings.HasPrefix(s, "other - please speci") {
		return Unknown, true
	}
	return Unknown, false
}

// autosomal is what follows the first comma of PanelApp's autosomal modes.
const autosomal = "autosomal or pseudoautosomal"

func ifAutosomal(m MOI, rest string) (MOI, bool) {
	if rest = strings.TrimSpace(rest); rest == "" || rest == autosomal {
		return m, true
	}
	return Unknown, false
}

func parseMonoallelic(rest string) (MOI, bool) {
	rest = strings.TrimPrefix(rest, autosomal)
	switch strings.TrimSpace(strings.TrimPrefix(rest, ",")) {
	case "", "imprinted status unknown":
		return Monoallelic, true
	case "not imprinted":
		return MonoallelicNotImprinted, true
	case "maternally imprinted (paternal allele expressed)":
		return MonoallelicMaternallyImprinted, true
	case "paternally imprinted (maternal allele expressed)":
		return MonoallelicPaternallyImprinted, true
	}
	return Unknown, false
}

func cutXLinked(s string) (rest string, ok bool) {
	for _, prefix := range []string{"x-linked:", "x linked:", "xlinked:"} {
		if rest, ok = strings.CutPrefix(s, prefix); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

func parseXLinked(rest string) (MOI, bool) {
	switch {
	case rest == "hemizygous mutation in males, biallelic mutations in females":
		return XLinkedBiallelic, true
	case strings.HasPrefix(rest, "hemizygous mutation in males, monoallelic mutations in females may cause disease"):
		return XLinkedMonoallelic, true
	}
	return Unknown, false
}

// JoinMOI gives the mode of a gene that several panels name: their mode where
// they agree, both models where some say monoallelic and others biallelic, and
// Unknown (both models, capped) for every other disagreement. Unknown modes have
// no say beside known ones.
func JoinMOI(modes []MOI) MOI {
	joined := Unknown
	for _, m := range modes {
		switch {
		case m == Unknown || m == joined:
		case joined == Unknown:
			joined = m
		case isBothOf(joined, m):
			joined = wider(joined, m)
		default:
			return Unknown
		}
	}
	return joined
}

// isBothOf tells whether two autosomal modes together are the BOTH of PanelApp.
// An imprinted mode beside another is no BOTH: it asks for the allele's parent.
func isBothOf(a, b MOI) bool {
	plain := func(m MOI) bool {
		switch m {
		case Monoallelic, MonoallelicNotImprinted, Biallelic, Both, BothMoreSevereBiallelic:
			return true
		}
		return false
	}
	return plain(a) && plain(b)
}

func wider(a, b MOI) MOI {
	mono := func(m MOI) bool { return m == Monoallelic || m == MonoallelicNotImprinted }
	switch {
	case mono(a) && mono(b):
		return Monoallelic
	case a == BothMoreSevereBiallelic || b == BothMoreSevereBiallelic:
		return BothMoreSevereBiallelic
	}
	return Both
}

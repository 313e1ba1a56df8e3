package source

import "strings"

// Stars gives the review stars of a ClinVar review status (CLNREVSTAT), by the
// table of ClinVar's page on review status, and whether the text is one of its
// statuses.
func Stars(review string) (int, bool) {
	n, ok := stars[plain(review)]
	return n, ok
}

var stars = map[string]int{
	"practice_guideline":                                   4,
	"reviewed_by_expert_panel":                             3,
	"criteria_provided,_multiple_submitters,_no_conflicts": 2,
	"criteria_provided,_multiple_submitters":               2, // somatic classifications
	"criteria_provided,_conflicting_classifications":       1,
	"criteria_provided,_conflicting_interpretations":       1, // until 2024
	"criteria_provided,_single_submitter":                  1,
	"no_assertion_criteria_provided":                       0,
	"no_classification_provided":                           0,
	"no_assertion_provided":                                0,
	"no_classification_for_the_single_variant":             0,
	"no_classification_for_the_individual_variant":         0,
	"no_interpretation_for_the_single_variant":             0,
	"no_assertion_for_the_individual_variant":              0,
	"no_classifications_from_unflagged_records":            0,
}

// plain gives a text in the spelling of ClinVar's VCF: lower case, with
// underscores.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
}

// IsPathogenic tells whether a ClinVar significance (CLNSIG) is pathogenic or
// likely pathogenic. Whole terms are compared: Pathogenic/Likely_pathogenic and
// Pathogenic|drug_response are; Conflicting_classifications_of_pathogenicity is
// not.
func IsPathogenic(significance string) bool {
	for _, term := range strings.FieldsFunc(significance, func(r rune) bool { return r == '/' || r == '|' || r == '&' }) {
		switch strings.TrimPrefix(plain(term), "_") {
		case "pathogenic", "likely_pathogenic", "pathogenic,_low_penetrance", "likely_pathogenic,_low_penetrance":
			return true
		}
	}
	return false
}

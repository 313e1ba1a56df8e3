// Package consequence predicts what an allele does to a transcript, in the
// Sequence Ontology's terms and with VEP's meaning of them.
package consequence

// Term is a Sequence Ontology consequence term.
type Term uint8

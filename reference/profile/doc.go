// Package profile is a test type's rules as data: thresholds for coverage, how
// a caller's fields are read, what is rescued, what is excluded and how a row
// gets its tier. A profile is TOML, read strictly. Four are built in.
//
// Every rule has an id, a version, a source (where its threshold was read, or
// that it is our own choice) and a stated meaning of a missing value.
package profile

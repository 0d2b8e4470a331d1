// Package names turns what identifies a person into keys under which another
// writing of the same person is found: the same sound in another spelling, a
// surname lost or moved, day and month exchanged, a check digit left out.
//
// It is pure and knows no person. A key here is still readable; whoever keeps
// one keeps it blind (vault.Index), and nothing else of this package is kept.
// No key holds a name alone or a year alone: how often José or 1990 occurs would
// show through any keyed hash, so each key joins at least two things, or one that
// is rare by its nature (docs/decisions/0013-likeness.md).
//
// Distances between two writings (Jaro, Levenshtein) are of no use here: they
// need both in the clear.
package names

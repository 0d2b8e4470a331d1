// Package likeness answers one question: have we seen this person before? It
// compares writings of a person without opening any: what is indexed is blind,
// and a subject is anything in the vault that has an identity, a person's file
// (per_…) or a screening (scr_…).
//
// Who: whoever has just captured an identity has it indexed and looked for, in
// the same transaction. A person decides, never the program: the same, or not.
//
// Its life: a pair of subjects is suggested; somebody says that they are the same
// or that they differ; either can be taken back. What was told apart is not
// suggested again unless something new speaks for it.
//
// What is private: everything. A key is a keyed hash; a reason is a code, such as
// "same-document", and never what the document is; a pair says that two subjects
// may be one, which is itself personal, so that a feature shows it only as it
// would show both files (cases.SeenBefore). There is no search: nobody can ask
// about a name without capturing a record in the ledger.
//
// What never happens: two files are made one. See docs/decisions/0013-likeness.md.
package likeness

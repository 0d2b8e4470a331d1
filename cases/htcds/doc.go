// Package htcds reads and writes the Human Trafficking Case Data Standard,
// version 2.0 (24 December 2021), published by IOM under CC BY 4.0. IOM does not
// endorse this program.
//
// HTCDS is how case systems hand files to each other; it is not how istmo keeps
// a case. The standard knows no reference number, no decision on status by an
// authority, no guardian, no scope of consent. So this package is a profile at
// the door: a [Record] holds what a file says, nothing added and nothing lost,
// and the cases feature decides what of it becomes a person's file.
//
// What one file may look like:
//
//   - CSV, one row a person and case, columns named by HTCDS field. A table that
//     repeats (events, plans, comments, consents, referrals, organisations) has
//     numbered columns, hte_Type_1, hte_Type_2. Several values in a cell are
//     separated by semicolons.
//   - JSON, one object a person and case, fields nested by table, in an array or
//     one after the other.
//
// Columns that HTCDS does not have are kept as extensions, value for value, and
// come out again on export. Reading streams: memory does not grow with the file,
// save for 24 bytes or so a row by which a preview knows repeated rows.
//
// Where the standard contradicts itself or falls short, the package accepts both
// sides, keeps what was written and says so in a notice: two methods of control
// that are defined but not in the picklist, forced criminality, an industry that
// is one value here and several there, a misspelt relationship, deprecated
// fields, a field without a type, birth dates known only by the year. A ticked
// consent box has no scope, receiver, date or guardian: it is evidence that
// somebody recorded a consent, and never permission to pass anything on
// (see [ConsentEvidence]).
//
// Problems name row and field and never repeat what was typed.
package htcds

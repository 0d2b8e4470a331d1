// Package cases holds the people who are helped. A person stands under a
// pseudonymous reference that can be said aloud on a telephone; what identifies
// them is sealed in the vault under a key of their own; what is counted (sex,
// age band, citizenship, form of exploitation) stands in clear.
//
// Status belongs to a country and an authority, with its legal basis and date,
// and is evidence elsewhere, never a status. Consent is for one purpose, one
// receiver and named groups of fields, and can be withdrawn at any time. Help
// never depends on a complaint, on cooperation or on an offence's label: no rule
// in this package looks at any of them.
//
// Who opens a file is assigned to it, or breaks the glass: with a reason, for an
// hour, and somebody else reviews it. Every opening is a deed.
package cases

// Package returns makes what a country reports out of the count of its people (package
// tally): the tables of UNODC's questionnaire for the Global Report on Trafficking in
// Persons, in the thirteen columns of its export; the indicator 16.2.2 of the
// Sustainable Development Goals, per 100,000 people by sex, age and form; and the
// classification of the node's own codes, with a column for the international one
// (IC-TIP) that nobody has filled in yet.
//
// A return comes in two copies, named for what they are. The working copy is exact: it
// is the focal point's own, and does not leave the node as it is. The copy to send
// prints numbers below five as <5, as UNODC's own export does, and is held to our own
// validator (package figures), which finds what such a print gives away: where a number
// printed as <5 would follow from the others, those others are withheld until it does
// not, and what was withheld is said.
//
// Who: analysts and focal points. Building a return opens the whole count, and is a
// deed of its own in the ledger (Build).
//
// What never happens: a return goes out by itself; a table is invented (the side of
// justice is empty and says so, for no node keeps it yet); a rate is given without its
// denominator and the source of it.
package returns

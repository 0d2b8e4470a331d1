// Package screening is the talk at a border post in which it is found out whether
// somebody may be a victim of trafficking, or needs other protection, or nothing.
//
// It is written down on a phone that may have no network for weeks, and that can
// be lost: every save is sealed at once to the officer's unit (package sealed,
// docs/screening-device.md), and the phone cannot read it again. A screening is a
// chain of such revisions, which come in any order, more than once, and by other
// people's phones. A field that was changed in two places keeps both values until
// a person decides.
//
// The indicators explain, and never decide (package indicators): the officer does,
// with reasons. A presumption, a child alone, a need of other protection, a
// smuggled migrant and a call for help each begin a person's file and tell the
// team on duty; a screening that found nothing is kept as codes for the count, and
// what names the person is forgotten after a term.
//
// Who: field officers and response teams of the unit. A screening opens to the
// officer who made it, to the response team of the unit, and to whoever is assigned
// to the person; every opening is a deed. A device that was revoked still delivers:
// what it brings is held until a person has looked at it, because a lost record can
// be a lost person.
//
// What never happens: a score decides; a name stands in a clear column, a log or
// on the phone; a value overwrites another that its writer had not seen.
package screening

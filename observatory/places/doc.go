// Package places knows where things are that the public may know: border crossings,
// posts, reception stations, offices, towns; and which risks an institution sees at
// a place: armed groups, organised crime, illegal economies, closed borders and roads.
//
// A place is a row of data/places.csv, or one that a focal point added for their
// agency (Add), or a screening post (Move gives it coordinates). A risk factor is
// said by an institution with its source and day (ReportFactor); it is put right by
// the same institution (CorrectFactor), confirmed by any (ConfirmFactor), and ended
// (EndFactor). Every earlier word stays. One that nobody has confirmed for the term
// in data/deadlines.csv is shown as not confirmed since then; time ends none.
//
// What is shown of screening is what package coverage keeps, once more with what is
// small left out: a post where few were screened is "too few to say", and so is a
// second one where the first could be worked out from the sum.
//
// Who: analysts and focal points read; focal points place what is their agency's;
// both report risks. The ombudsman's word is marked as such.
//
// What never happens: a place where people are hidden or protected is on a map. There
// is no kind for one, here and in the database; a name that an institution of the
// directory bears which lodges people is refused, and one that came to bear it later
// is not shown. A shelter whose address is public is told to about a kilometre. No
// person is at any point, and no path is drawn.
package places

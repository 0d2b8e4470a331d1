// Package tally counts the node's own people once a day, by the rules of package
// counting: who was presumed or identified by an authority of this country, when they
// were first detected, and their sex, age, form of exploitation and citizenship; what
// became of referrals; and how long each step took beside its clock. Everybody is in
// one cell, once: files that are one person's by a link, an agency's file begun by
// another's referral and, across the border, the one country that Counter of package
// referrals names.
//
// It has two halves. Figures are what dashboards show: small counts are hidden already,
// in all tables together (package observatory/release, by the country's rule), so that
// none is rebuilt from the others. The cube is the whole count, cell by cell, also of
// one person; it is kept sealed, and opening it is a deed (Open). Package returns builds
// on it what the country reports to UNODC.
//
// A count reads for seconds where there are a million people, and so takes place
// outside any deed (Count); the node keeps it by its clock (Keep), once a day, so that
// nobody sees in a figure what one interview came to.
//
// Who: analysts, focal points, the foreign ministry and prosecutors read figures; analysts and focal
// points open the cube.
//
// What never happens: a person is in two cells; a figure about few people is in
// Figures; what nobody has said is in either (Absent says why a dashboard has nothing
// of it).
package tally

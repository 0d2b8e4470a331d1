// Package counting is the rules by which people are counted: who counts as presumed
// or identified, in which year, under which age, form and citizenship, and how
// nobody is counted twice, here or in two countries. They are written in
// data/counting-rules.csv, in words and in codes, under a version that every figure
// made by them names. It knows no database and no person: it is given codes.
//
// What never happens: a rule changes without its version (a test holds the text of
// each version to its digest); a code without a rule is counted.
package counting

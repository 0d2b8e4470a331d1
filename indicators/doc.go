// Package indicators keeps the lists of what may show that a person is trafficked,
// puts what was noted about somebody beside such a list, and holds the words in
// which it is asked.
//
// A list is a country's own, dated and sourced: each indicator has a code, the
// dimension it bears on, how strong it is, whom it is for, how an officer reads it
// and how it is put to the person, or what the officer looks for. With it goes the
// rule by which indicators make a dimension positive, which is a row of data too. A
// focal point begins a version from the one in force, changes it, and brings it into
// force from a day, with a reason. A version that has been in force is never changed
// and never goes, since screenings point to it.
//
// Evaluate explains and never decides: what was noted, under which clause of the rule
// it makes which dimension positive, or what the rule still lacks. No single
// indicator proves trafficking or rules it out, traffickers read published lists, and
// an officer who sees none may still be right to presume; so there is no score, and
// nothing in a Result is a decision. For a child the means never matter.
//
// A version goes to a partner as a package that the node has signed, by letter or as
// a file that anybody can check. The partner sees it beside their own and may take
// rows of it into a draft; nothing comes into force by arriving.
//
// Nothing here is about a person. What never happens: a version altered after it was
// in force, an indicator that a partner put into this country's list, a question in a
// language that no native reader has read without its being marked so.
package indicators

// Package cooperation holds what states have agreed, with whom in each country
// one works, and what each of them does: agreements, the directory of agencies,
// and responses.
//
// An agreement is the executable legal basis of everything that crosses the
// border. It says between whom, from when to when, which verbs, for which
// purposes and which groups of fields; and, in our own summary, its articles, who
// answers for each duty, and who carries it out. It begins as a proposal at its
// depositary, who writes its text while nobody else has signed. A signature is
// under a digest of that text: one under another text does not count, and a text
// that this node has signed stays as it is, whatever the depositary shows later.
// It is in force once every party has signed, and stops carrying personal data
// the moment any party halts it, or its texts differ. What keeps a person safe
// passes all the same: an alert, a recall, a withdrawal, with no personal data in
// them.
//
// The directory says what each agency offers, when it answers, and when somebody
// there last checked that it is right. A response is what a country does about a
// line of work, nationally or in one place. Both are their own country's to say,
// and every partner is told.
//
// Nothing here is about a person who is helped, and no official is named: offices
// and functions are.
package cooperation

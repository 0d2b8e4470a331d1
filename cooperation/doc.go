// Package cooperation holds what states have agreed, and with whom in each
// country one works: agreements and the directory of agencies.
//
// An agreement is the executable legal basis of everything that crosses the
// border. It says between whom, from when to when, which verbs, for which
// purposes and which groups of fields. It begins as a proposal at its
// depositary, is in force once every party has signed, and stops carrying
// personal data the moment any party halts it. What keeps a person safe passes
// all the same: an alert, a recall, a withdrawal, with no personal data in them.
//
// Nothing here is about a person who is helped.
package cooperation

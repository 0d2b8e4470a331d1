// Package jointfiles is joint work on a case or a group: a file that agencies of
// two or more countries append to, each for itself, with its purpose, the limits
// of its use, its period and the review at its end.
//
// A joint file rests on an agreement in force that covers it. Its home is the
// node that proposed it, and not the agreement's depositary, which may be no
// member and must then not read it; the other members hold a mirror that only
// home moves (docs/decisions/0006-home-and-mirror.md). It is open once every
// member has agreed. When its period is over the clock puts it under review: all
// members extend it to a new day, or it is closed with what came of it.
//
// What a side writes is its own. It stands in the side's own chain at once,
// whatever home knows yet: numbered, bound by a salted hash to the side's entry
// before it and to the last that it had seen of the others, and signed by the
// side's node. A mistake is mended by a further entry that says which it
// corrects. So nobody, home included, can change or drop what another side wrote
// without that side's node, and every node that has seen it, being able to tell.
//
// The words are sealed under the file's own key and cross the border only under
// the agreement. If it is suspended, writing stops on every side at once, and
// what had not left stays, marked, until it is in force again. Where the file
// stands always passes; it says nothing of what it is about.
//
// What never happens: an entry edited or deleted; an entry in another's name; a
// file that somebody outside its member agencies sees, a party to the agreement
// that is no member and the administrators of the node included.
package jointfiles

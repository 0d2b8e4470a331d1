// Package roadmap is what states promise each other under an agreement, from the
// first proposal to the promise kept.
//
// A committee of any party proposes a commitment on a line of work: what for,
// what will be done, who answers in each country, until when, measured how. It is
// discussed and countered, revision by revision, until the focal points of all
// parties accept the same words and their foreign ministries clear them. What is
// cleared is consolidated into the next version of the joint plan, and the plan is
// in force once every party's node has signed it. Then one side reports progress
// and the other confirms it; what is late is late on both sides and is told to a
// named person, then to the ministry.
//
// The home of all of it is the depositary's node (cooperation.Joint). It orders
// what is said, and can alter none of it alone: a revision is known by the hash of
// its words, each node remembers what its own people accepted, and a version of
// the plan is a Merkle root over those hashes under every party's signature. Once
// a day the nodes say to each other what their own rows amount to; one word
// changed on one side shows on the other, with both hashes and both texts.
//
// Two who write at once lose nothing: both revisions stand, and each says which
// one its author had before them.
//
// Nothing here is about a person. What never happens: a plan signed by fewer than
// all parties that counts as signed; a side that confirms its own report.
package roadmap

// Package referrals sends a person from one agency to another, in the country
// or across the border, with their consent and with proof of what arrived.
//
// A referral lives at its home, the sender's node. The receiver's node holds a
// mirror that only its home moves: what the receiver decides is asked of home,
// which puts everything in one order, so a hand-over raced from both sides has
// one outcome. Between agencies of one node the same code runs; home and
// receiver are then the same node.
//
// Who is responsible is a column of the state machine (flow.go), so there is
// exactly one at every instant. The receiver first sees a safe preview, codes
// only; what identifies the person leaves when the receiver accepts, and never
// more than the fields that the sender chose and the person agreed to. A
// withdrawal ends it wherever it stands: what has not left never leaves, and
// the receiver destroys what it holds or says on which law it keeps it.
//
// What never happens: a referral without consent for this receiver, purpose and
// these fields; a child sent without best interests weighed, a guardian and a
// child authority on both sides; a transfer that nobody meets; silence. Every
// state in which somebody must act has a clock, and when it runs out a named
// person is told.
package referrals

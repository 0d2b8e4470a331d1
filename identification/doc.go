// Package identification is the formal identification of a person, as the law and
// practice of each country have it, and what protects them while it runs.
//
// A procedure is opened when an authority learns of a presumed victim, by hand or
// as a consequence of a screening or an alert. Which kind a country has is dated,
// sourced data (data/identification.csv); the life of each kind is code (flow.go):
//
//   - resolution, Costa Rica: the members of the ERI vote, each with reasons, and a
//     quorum and majority lead to a reasoned resolution with a number, within seven
//     working days of knowledge. When they run out somebody is told; nothing is
//     decided by itself. A tie decides nothing. Dissent stays beside the resolution.
//   - ruling, Panama: a preliminary finding, from which services are given, and a
//     full ruling, for which no legal term is known.
//   - assistance, Colombia: nobody accredits. The competent committee or the COAT
//     opens immediate, then medium-term assistance; closing it early takes reasons
//     and can be appealed.
//
// What comes of it is written as a status of this country and this authority
// (cases.DecideStatus), and nowhere else: elsewhere it is evidence. Not to be
// accredited leads to what else protects the person, never to nothing.
//
// The words of votes and decisions may name a person. They are sealed under that
// person's key, and go when the person is erased; what stands in clear is codes.
//
// What never happens: assistance that waits for a complaint, for cooperation with
// justice or for an offence's label (no rule here or in what is above looks at one,
// and a test says so); a decision by the clock; an accreditation without majority
// and quorum; a reflection period shorter than the law's least, unless the person
// wants it so for their own sake; justice reaching a person in their reflection
// period without their consent. A prosecutor who asks is answered the same whether
// the person is in reflection, is erased, or was never here: an answer must not
// tell where somebody stands.
package identification

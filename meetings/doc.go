// Package meetings is where states meet under an agreement, and what comes of it:
// who was invited and came, what was agreed, and by when they meet again.
//
// A meeting is announced by any party. Each party names its own delegations,
// proposes items of the agenda, brings materials and says how many of its own
// came. The host or the depositary writes the minutes, in both languages; they
// are agreed once every party has approved the same words, each with its node's
// signature over their hash. What is changed after an approval asks for it anew.
// A decision with an owner in each country becomes a proposal of the joint plan
// in the same step. The day before which the parties agreed to meet again is a
// clock on every side, until a meeting that follows is announced.
//
// Trainings and technical exchanges are meetings too. From who came to them
// follows what each institution has been trained in, post by post, and where the
// gaps are.
//
// A meeting's home is the depositary's node, and a mirror stands at every other
// party (cooperation.Joint). The whole of it goes to them after each change; it is
// small. What happened before there were nodes is recorded at home from what was
// published, with its source, and what nobody knows stays unknown.
//
// Nobody is named here: institutions come to a meeting, and the numbers of their
// people. What never happens: minutes that a party has not approved and that count
// as its own; a delegation in another country's name.
package meetings

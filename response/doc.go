// Package response brings a team to a person: who is on duty, the alert that
// reaches them, and what was done for the person first.
//
// An alert is raised by an officer at a post, by a screening that ended in a
// presumption, or by another country under an agreement. It goes to the team
// that data/teams.csv names for its kind (UIA, ERI, COAT, the child authority)
// and stands on that team's duty board from that moment until it ends: raised,
// acknowledged, dispatched, on the way, with the person, measures taken, closed.
// Whoever is or may be a child alerts the child authority at once, beside the
// team and not after it. A smuggled migrant has a way of their own, which is not
// that of the team against trafficking.
//
// Each step has a clock from data/deadlines.csv. One that runs out tells the
// second on call, then the named person of escalation, then the head, then
// everybody, and everybody again: an alert is never dropped because a roster has
// a hole. Holes are told of before they come, and who leaves hands over what is
// open to who comes.
//
// What is private: before somebody has acknowledged, the board holds codes only;
// who acknowledges is assigned to the person's file and may open it. What people
// write is sealed under the person's key. Across the border goes how many, where,
// child or not, what is needed and a number to call back, never a name.
//
// What never happens: a person lodged in a cell; primary measures that wait for a
// complaint, for cooperation or for a label; an alert that closes while a need
// that it named has no answer; silence.
package response

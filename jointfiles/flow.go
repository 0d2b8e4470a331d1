package jointfiles

import "istmo/flow"

// Where a joint file stands.
const (
	Proposed    flow.State = "proposed"
	Opened      flow.State = "open"
	UnderReview flow.State = "under_review"
	Closed      flow.State = "closed"
	Declined    flow.State = "declined"
)

// Flow is a joint file's life. It begins with the last member's agreement, and
// goes on after its period only by the agreement of all; any member may close
// it, for nobody is held to joint work.
var Flow = &flow.Machine{
	Name:  "jointfile",
	Start: Proposed,
	Places: []flow.Place{
		{State: Proposed, Owner: "members"},
		{State: Opened, Owner: "members"},
		{State: UnderReview, Owner: "members", Clock: reviewTerm},
		{State: Closed, Owner: "members", End: true},
		{State: Declined, Owner: "members", End: true},
	},
	Moves: []flow.Move{
		{From: Proposed, Verb: "jointfiles.agree", To: Proposed},
		{From: Proposed, Verb: "jointfiles.begin", To: Opened},
		{From: Proposed, Verb: "jointfiles.decline", To: Declined},
		{From: Opened, Verb: "jointfiles.append", To: Opened},
		{From: Opened, Verb: "jointfiles.review", To: UnderReview},
		{From: UnderReview, Verb: "jointfiles.extend", To: UnderReview},
		{From: UnderReview, Verb: "jointfiles.go-on", To: Opened},
		{From: UnderReview, Verb: "jointfiles.close", To: Closed},
	},
}

// reviewTerm is the deadline of the review, a key of data/deadlines.csv.
const reviewTerm = "jointfile.review"

package referrals

import (
	"istmo/access"
	"istmo/flow"
)

// Where a referral stands.
const (
	Draft            flow.State = "draft"
	ConsentConfirmed flow.State = "consent_confirmed"
	Sent             flow.State = "sent"
	Acknowledged     flow.State = "acknowledged"
	InfoRequested    flow.State = "info_requested"
	InfoSupplied     flow.State = "info_supplied"
	Accepted         flow.State = "accepted"
	Prepared         flow.State = "reception_prepared"
	UnderWay         flow.State = "transfer_under_way"
	Arrived          flow.State = "arrived"
	NotArrived       flow.State = "not_arrived"
	FollowUp         flow.State = "follow_up"
	Closed           flow.State = "closed"
	Declined         flow.State = "declined"
	Redirected       flow.State = "redirected"
	Suspended        flow.State = "suspended_risk"
	Withdrawn        flow.State = "withdrawn_by_person"
	Discarded        flow.State = "discarded"
)

// The sides of a referral.
const (
	Sender   = "sender"
	Receiver = "receiver"
)

// Flow is a referral's life. The receiver becomes responsible by accepting.
// After a suspension it stands as newly sent: risk and consent are checked
// again, and the receiver decides anew.
var Flow = &flow.Machine{
	Name:  "referral",
	Start: Draft,
	Places: []flow.Place{
		{State: Draft, Owner: Sender},
		{State: ConsentConfirmed, Owner: Sender},
		{State: Sent, Owner: Sender, Clock: "referral.acknowledge"},
		{State: Acknowledged, Owner: Sender, Clock: "referral.decide"},
		{State: InfoRequested, Owner: Sender, Clock: "referral.supply"},
		{State: InfoSupplied, Owner: Sender, Clock: "referral.decide"},
		{State: Accepted, Owner: Receiver, Clock: "referral.prepare"},
		{State: Prepared, Owner: Receiver, Clock: "referral.depart"},
		{State: UnderWay, Owner: Receiver, Clock: "referral.arrival"},
		{State: NotArrived, Owner: Receiver, Clock: "referral.search", Alert: true},
		{State: Arrived, Owner: Receiver, Clock: "referral.follow-up.1"},
		{State: FollowUp, Owner: Receiver, Clock: "referral.follow-up"},
		{State: Suspended, Owner: Sender, Clock: "referral.suspension", Alert: true},
		{State: Closed, Owner: Receiver, End: true},
		{State: Declined, Owner: Sender, End: true},
		{State: Redirected, Owner: Sender, End: true},
		{State: Withdrawn, Owner: Sender, End: true},
		{State: Discarded, Owner: Sender, End: true},
	},
	Moves: moves(),
}

// moves is the table. The exits that stand open from many states are written
// once, below.
func moves() []flow.Move {
	table := []flow.Move{
		{From: Draft, Verb: "referrals.confirm-consent", To: ConsentConfirmed},
		{From: Draft, Verb: "referrals.discard", To: Discarded},
		{From: ConsentConfirmed, Verb: "referrals.send", To: Sent},
		{From: ConsentConfirmed, Verb: "referrals.discard", To: Discarded},
		{From: Sent, Verb: "referrals.acknowledge", To: Acknowledged},
		{From: Acknowledged, Verb: "referrals.request-information", To: InfoRequested},
		{From: InfoRequested, Verb: "referrals.supply-information", To: InfoSupplied},
		{From: InfoSupplied, Verb: "referrals.request-information", To: InfoRequested},
		{From: Acknowledged, Verb: "referrals.accept", To: Accepted},
		{From: InfoSupplied, Verb: "referrals.accept", To: Accepted},
		{From: Acknowledged, Verb: "referrals.decline", To: Declined},
		{From: InfoRequested, Verb: "referrals.decline", To: Declined},
		{From: InfoSupplied, Verb: "referrals.decline", To: Declined},
		{From: Acknowledged, Verb: "referrals.redirect", To: Redirected},
		{From: InfoSupplied, Verb: "referrals.redirect", To: Redirected},
		{From: Accepted, Verb: "referrals.prepare-reception", To: Prepared},
		{From: Prepared, Verb: "referrals.prepare-reception", To: Prepared},
		{From: Prepared, Verb: "referrals.start-transfer", To: UnderWay},
		{From: UnderWay, Verb: "referrals.confirm-arrival", To: Arrived},
		{From: UnderWay, Verb: "referrals.report-not-arrived", To: NotArrived},
		{From: NotArrived, Verb: "referrals.confirm-arrival", To: Arrived},
		{From: NotArrived, Verb: "referrals.close", To: Closed},
		{From: Arrived, Verb: "referrals.follow-up", To: FollowUp},
		{From: FollowUp, Verb: "referrals.follow-up", To: FollowUp},
		{From: Arrived, Verb: "referrals.close", To: Closed},
		{From: FollowUp, Verb: "referrals.close", To: Closed},
		{From: Suspended, Verb: "referrals.resume", To: Sent},
	}
	for _, from := range []flow.State{Sent, Acknowledged, InfoRequested, InfoSupplied, Accepted, Prepared, UnderWay} {
		table = append(table, flow.Move{From: from, Verb: "referrals.suspend", To: Suspended})
	}
	for _, from := range []flow.State{Draft, ConsentConfirmed, Sent, Acknowledged, InfoRequested, InfoSupplied, Accepted, Prepared, UnderWay, NotArrived, Arrived, FollowUp, Suspended} {
		table = append(table, flow.Move{From: from, Verb: "referrals.withdraw", To: Withdrawn})
	}
	return table
}

// By says which side a verb belongs to; withdrawing and suspending are open to
// both, because either may be the one who hears the person or sees the danger.
var By = map[access.Verb]string{
	"referrals.confirm-consent":     Sender,
	"referrals.discard":             Sender,
	"referrals.send":                Sender,
	"referrals.supply-information":  Sender,
	"referrals.start-transfer":      Sender,
	"referrals.resume":              Sender,
	"referrals.acknowledge":         Receiver,
	"referrals.request-information": Receiver,
	"referrals.accept":              Receiver,
	"referrals.decline":             Receiver,
	"referrals.redirect":            Receiver,
	"referrals.prepare-reception":   Receiver,
	"referrals.confirm-arrival":     Receiver,
	"referrals.report-not-arrived":  Receiver,
	"referrals.follow-up":           Receiver,
	"referrals.close":               Receiver,
	"referrals.suspend":             "both",
	"referrals.withdraw":            "both",
}

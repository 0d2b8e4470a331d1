package node

import (
	"errors"
	"slices"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	casespages "istmo/cases/pages"
	"istmo/identification"
	"istmo/jointfiles"
	"istmo/meetings"
	meetingspages "istmo/meetings/pages"
	"istmo/notices"
	"istmo/observatory/publishing"
	publishingpages "istmo/observatory/publishing/pages"
	"istmo/observatory/release/approval"
	"istmo/observatory/signals"
	signalspages "istmo/observatory/signals/pages"
	"istmo/referrals"
	"istmo/response"
	responsepages "istmo/response/pages"
	"istmo/roadmap"
	roadmappages "istmo/roadmap/pages"
	"istmo/screening"
	screeningpages "istmo/screening/pages"
	"istmo/store"
)

// told is who is told, outside of the node, that something waits: one line each.
// What was told is over when it has been done or looked at.
func told(e *act.Engine) {
	for verb := range referrals.By {
		e.On(verb, tellOfReferral)
	}
	for _, verb := range []access.Verb{"referrals.mirror", "referrals.recall", "referrals.answer-recall", "referrals.escalate"} {
		e.On(verb, tellOfReferral)
	}
	e.On("referrals.open", seen("/referrals/"))
	e.On("cases.break-glass", tellOfGlass)
	e.On("cases.open-glass", func(tx *store.Tx, d act.Deed) error { return notices.Seen(tx, d.Who.ID, casespages.GlassPath) })
	for _, verb := range []access.Verb{"response.raise", "response.raise-beside", "response.receive-across", "response.pass", "response.escalate", "response.across-unanswered", "response.show-across"} {
		e.On(verb, tellOfAlert)
	}
	e.On("response.warn-gap", tellOfGap)
	e.On("response.open", seen("/duty/alerts/"))
	e.On("response.acknowledge", endOfAlert)
	e.On("screening.take", tellOfScreening)
	e.On("screening.open", seen("/screening/"))
	e.On("identification.escalate", tellOfIdentification)
	e.On("identification.open", seen("/identification/"))
	e.On("roadmap.escalate", tellOfLateness)
	e.On("roadmap.confirm", endOfLateness)
	e.On("roadmap.mirror-commitment", endOfLateness)
	e.On("roadmap.consolidate", tellOfPlan)
	e.On("roadmap.mirror-plan", tellOfPlan)
	e.On("roadmap.sign-plan", tellOfPlan)
	e.On("roadmap.refuse-plan", tellOfPlan)
	e.On("meetings.announce", tellOfMeeting)
	e.On("meetings.mirror", tellOfMeeting)
	e.On("jointfiles.mirror", tellOfJointFile)
	e.On("jointfiles.agree", tellOfJointFile)
	e.On("jointfiles.decline", tellOfJointFile)
	e.On("jointfiles.open", seen("/jointfiles/"))
	for _, verb := range []access.Verb{approval.VerbPrepare, approval.VerbApprove, approval.VerbDecline} {
		e.On(verb, tellOfRelease)
	}
	e.On("signals.keep", tellOfSignals)
	e.On("signals.receive", tellOfSignals)
	e.On("signals.open", func(tx *store.Tx, d act.Deed) error { return notices.Seen(tx, d.Who.ID, signalspages.Root) })
}

// seen ends what somebody was told of an object that they open.
func seen(root string) act.Reaction {
	return func(tx *store.Tx, d act.Deed) error { return notices.Seen(tx, d.Who.ID, root+d.Object) }
}

// but leaves out who has done the deed, and nobody.
func but(d act.Deed, users ...string) []string {
	return slices.DeleteFunc(users, func(u string) bool { return u == "" || u == d.Who.ID })
}

// tellOfReferral tells of what a deed has made of a referral, and ends what was told
// of it and is so no more.
func tellOfReferral(tx *store.Tx, d act.Deed) error {
	r, err := referrals.Find(tx, d.Object)
	if err != nil {
		return err
	}
	path, urgent := "/referrals/"+r.ID, ""
	if r.Urgent {
		urgent = "-urgent"
	}
	so := []struct {
		kind  string
		holds bool
	}{
		{"referral-recalled", r.Recall == "asked"},
		{"referral-alert", referrals.Flow.Place(r.State).Alert},
		{"referral-overdue" + urgent, d.Verb == "referrals.escalate"},
		{"referral-arrived" + urgent, r.State == referrals.Sent && r.Turn() == referrals.Receiver},
	}
	tell := ""
	for _, s := range so {
		if !s.holds {
			err = notices.Over(tx, path, s.kind)
		} else if tell == "" {
			tell = s.kind
		}
		if err != nil {
			return err
		}
	}
	if tell == "" {
		return nil
	}
	users, err := referralHands(tx, r, tell)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), tell, path)
}

// referralHands are who is told: that it came and was taken back, the receiver; of an
// alert, both sides; of an alert and a clock, the named person too.
func referralHands(tx *store.Tx, r referrals.Referral, kind string) (users []string, err error) {
	sides, named := []string{referrals.Receiver}, ""
	switch kind {
	case "referral-alert":
		sides, named = []string{referrals.Sender, referrals.Receiver}, r.EscalatedTo
	case "referral-overdue", "referral-overdue-urgent":
		sides, named = nil, r.EscalatedTo
		if works(tx, named) {
			break
		}
		if sides = []string{referrals.Receiver}; r.Home == act.Here(tx) {
			sides[0] = referrals.Sender
		}
	}
	for _, side := range sides {
		hands, err := referralSide(tx, r, side)
		if err != nil {
			return nil, err
		}
		users = append(users, hands...)
	}
	return append(users, named), nil
}

// referralSide are those of one side who have it in hand. Where nobody there has an
// account that is open, they are the agency's own people: one that nobody hears of
// is a person lost.
func referralSide(tx *store.Tx, r referrals.Referral, side string) ([]string, error) {
	node, agency := r.FromNode, r.FromAgency
	if side == referrals.Receiver {
		node, agency = r.ToNode, r.ToAgency
	}
	if node != act.Here(tx) || side == referrals.Receiver && r.Envelope == "" {
		return nil, nil
	}
	hands := r.Hands(side, node)
	if slices.ContainsFunc(hands, func(u string) bool { return works(tx, u) }) {
		return hands, nil
	}
	return people.Among(tx, agency, access.FocalPoint, access.ResponseTeam, access.CaseWorker)
}

// works reports whether somebody's account is open.
func works(tx *store.Tx, user string) bool {
	_, err := people.UserWho(tx, user)
	return err == nil
}

// tellOfGlass tells those who may review that somebody has broken the glass.
func tellOfGlass(tx *store.Tx, d act.Deed) error {
	users, err := whoMay(tx, "cases.review-glass", cases.Glass{Agency: d.Who.Agency, User: d.Who.ID})
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "glass-to-review", casespages.GlassPath)
}

// tellOfAlert tells the team that an alert is theirs, or that nobody has answered it.
func tellOfAlert(tx *store.Tx, d act.Deed) error {
	alert, err := response.AlertOf(tx, d.Object)
	if err != nil {
		return err
	}
	users, err := response.ToTell(tx, alert)
	if err != nil {
		return err
	}
	kind := "alert"
	if d.Verb == "response.escalate" || d.Verb == "response.across-unanswered" {
		kind = "alert-unanswered"
	}
	return notices.Tell(tx, but(d, users...), kind, responsepages.Page(alert))
}

// tellOfGap tells whoever answers for a team that nobody will be on duty.
func tellOfGap(tx *store.Tx, d act.Deed) error {
	users, err := response.GapToTell(tx, d.Object)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "duty-gap", responsepages.Root)
}

// endOfAlert tells nobody any more of an alert that somebody has answered.
func endOfAlert(tx *store.Tx, d act.Deed) error {
	path := responsepages.Page(d.Object)
	return errors.Join(notices.Over(tx, path, "alert"), notices.Over(tx, path, "alert-unanswered"))
}

// tellOfScreening tells the team that something is held, or was made under threat.
func tellOfScreening(tx *store.Tx, d act.Deed) error {
	s, watched, err := screening.Watched(tx, d.Object)
	if err != nil || !watched {
		return err
	}
	users, err := whoMay(tx, "screening.release", s)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "screening-to-look-at", screeningpages.Path+"/"+s.ID)
}

// tellOfIdentification tells the named person that a term has run out.
func tellOfIdentification(tx *store.Tx, d act.Deed) error {
	p, err := identification.Find(tx, d.Object)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, p.EscalatedTo), "identification-overdue", "/identification/"+p.ID)
}

// whoMay are the users of this node who may do a verb to an object.
func whoMay(tx *store.Tx, verb access.Verb, o access.Object) (users []string, err error) {
	all, err := people.Users(tx)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.State != people.Active {
			continue
		}
		who, err := people.UserWho(tx, u.ID)
		if err != nil {
			return nil, err
		}
		if access.Decide(who, verb, o.ObjectID(), o.Facts()).Allowed {
			users = append(users, u.ID)
		}
	}
	return users, nil
}

func tellOfLateness(tx *store.Tx, d act.Deed) error {
	users, err := roadmap.Told(tx, d.Object)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "commitment-late", roadmappages.Page(d.Object))
}

// endOfLateness tells nobody any more of a promise that is kept, or is none any more.
func endOfLateness(tx *store.Tx, d act.Deed) error {
	c, err := roadmap.Find(tx, d.Object)
	if err != nil || c.Live() {
		return err
	}
	return notices.Over(tx, roadmappages.Page(c.ID))
}

// tellOfPlan tells those on whose desk a version waits for their signature.
func tellOfPlan(tx *store.Tx, d act.Deed) error {
	ministry, err := people.Among(tx, "", access.ForeignMinistry)
	if err != nil {
		return err
	}
	var users []string
	for _, u := range ministry {
		who, err := people.UserWho(tx, u)
		if err != nil {
			return err
		}
		tasks, err := (roadmap.Desk{}).Ask(tx, who)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(tasks, func(t roadmap.Task) bool { return t.Kind == "sign" && t.Plan.ID == d.Object }) {
			users = append(users, u)
		}
	}
	path := roadmappages.VersionPage(d.Object)
	if len(users) == 0 {
		return notices.Over(tx, path, "plan-to-sign")
	}
	return notices.Tell(tx, but(d, users...), "plan-to-sign", path)
}

// tellOfMeeting tells those who answer for this country that a meeting is called.
func tellOfMeeting(tx *store.Tx, d act.Deed) error {
	m, err := (meetings.Show{On: meetings.On{ID: d.Object}}).Ask(tx, d.Who)
	if err != nil || m.State != meetings.Announced || m.Version != 1 {
		return err
	}
	users, err := people.Among(tx, "", access.FocalPoint, access.ForeignMinistry)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "meeting-announced", meetingspages.Page(m.ID))
}

// tellOfJointFile tells those who may answer that a joint file is proposed.
func tellOfJointFile(tx *store.Tx, d act.Deed) error {
	f, err := jointfiles.Find(tx, d.Object)
	if err != nil {
		return err
	}
	path := "/jointfiles/" + f.ID
	if f.State != jointfiles.Proposed || f.Asked != "" || f.Home == act.Here(tx) {
		return notices.Over(tx, path, "joint-file-proposed")
	}
	users, err := whoMay(tx, "jointfiles.agree", f)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "joint-file-proposed", path)
}

// tellOfRelease tells those who may let figures go out that some wait for a second
// person; whoever prepared them is not one.
func tellOfRelease(tx *store.Tx, d act.Deed) error {
	e, err := publishing.On{ID: d.Object}.Find(tx, d.Who)
	if err != nil {
		return err
	}
	path := publishingpages.Page(e.ID)
	if e.State != approval.Prepared {
		return notices.Over(tx, path, "release-to-approve")
	}
	users, err := whoMay(tx, approval.VerbApprove, e)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "release-to-approve", path)
}

// tellOfSignals tells those who read figures that something changed: once for all that
// a look or a letter found.
func tellOfSignals(tx *store.Tx, d act.Deed) error {
	news := signals.Tellable
	if d.Verb == "signals.receive" {
		news = signals.News
	}
	if is, err := news(tx, d.Object); !is || err != nil {
		return err
	}
	users, err := people.Among(tx, "", access.Analyst, access.FocalPoint)
	if err != nil {
		return err
	}
	return notices.Tell(tx, but(d, users...), "signal", signalspages.Root)
}

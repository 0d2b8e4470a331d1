package node

import (
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/jointfiles"
	"istmo/observatory/publishing"
	"istmo/referrals"
	"istmo/response"
	"istmo/store"
)

// mayLeave is asked of every letter before it is posted: an agreement in force
// covers it, and the person it is about has agreed to this receiver, this
// purpose and these fields.
// law: palermo:10.3
func mayLeave(tx *store.Tx, l act.Letter) error {
	groups, err := cases.GroupsOf(l.Fields)
	if err != nil {
		return err
	}
	if err := covered(tx, l, groups); err != nil || l.Person == "" {
		return err
	}
	_, err = cases.Agreed(tx, l.Person, l.Purpose, l.To, l.ToAgency, groups)
	return err
}

// mayArrive is asked of every letter that comes: our own copy of the agreement
// must cover it too, whatever the sender thinks.
func mayArrive(tx *store.Tx, l act.Letter) error { return covered(tx, l, nil) }

// personal is a command that can carry something of a person.
type personal interface{ CarriesPerson() bool }

func covered(tx *store.Tx, l act.Letter, groups []string) error {
	verb := l.Command.Verb()
	p, is := l.Command.(personal)
	carries := l.Person != "" || len(l.Fields) > 0 || is && p.CarriesPerson()
	switch {
	case l.From == l.To:
		return nil // inside the country, its own law holds
	case l.Purpose == cooperation.ForCooperation && aboutCooperation(verb) && !carries:
		return nil
	case l.Purpose == cooperation.ForSafety && !carries:
		return nil
	}
	return cooperation.Covers(tx, l.Agreement, l.From, l.To, begun(string(verb)), l.Purpose, groups)
}

// aboutCooperation reports whether a verb is of what states say to each other
// about their work, which holds nothing of a person: an agreement is made by it,
// and both sides must hear of its suspension.
func aboutCooperation(verb access.Verb) bool {
	feature, _, _ := strings.Cut(string(verb), ".")
	return feature == "cooperation" || feature == "roadmap" || feature == "meetings" || feature == "indicators"
}

// begun is the verb that an agreement names for what a letter says: whatever is
// said about a referral rests on what allows sending one, about a joint file on
// what allows appending to it, about an alert on what allows alerting, and about
// figures on what allows sending a release of them.
func begun(verb string) string {
	if strings.HasPrefix(verb, "referrals.") {
		return "referrals.send"
	}
	if strings.HasPrefix(verb, "jointfiles.") {
		return jointfiles.Covered
	}
	if strings.HasPrefix(verb, "response.") {
		return string(response.Covered)
	}
	if strings.HasPrefix(verb, "release.") {
		return publishing.Covered
	}
	return verb
}

// gate is asked once more when a letter first leaves, which may be weeks later.
type gate struct{ self string }

// Leave refuses what its agreement no longer covers, and what rests on a consent
// that has run out.
func (g gate) Leave(tx *store.Tx, m exchange.Message) error {
	if m.Purpose == cooperation.ForCooperation || m.Purpose == cooperation.ForSafety {
		return nil
	}
	err := cooperation.Covers(tx, m.Agreement, g.self, m.To, begun(m.Verb), m.Purpose, nil)
	if fault.KindOf(err) == fault.KindConflict {
		return fault.Conflict("cooperation.not-in-force")
	}
	if err != nil || !strings.HasPrefix(m.Verb, "referrals.") {
		return err
	}
	return referrals.MayLeave(tx, m.About)
}

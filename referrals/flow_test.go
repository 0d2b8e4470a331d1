package referrals_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"istmo/access"
	"istmo/calendar"
	"istmo/data"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
)

// TestFlowMatrix holds every cell of state × verb to a file; with ISTMO_UPDATE=1
// it writes it.
func TestFlowMatrix(t *testing.T) {
	if err := referrals.Flow.Check(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, p := range referrals.Flow.Places {
		fmt.Fprintf(&b, "\n%s: the %s is responsible", p.State, p.Owner)
		if p.Clock != "" {
			fmt.Fprintf(&b, ", clock %s", p.Clock)
		}
		if p.Alert {
			fmt.Fprint(&b, ", alert")
		}
		fmt.Fprintln(&b)
		for verb, side := range referralVerbs() {
			if next, err := referrals.Flow.Next(p.State, access.Verb(verb)); err == nil {
				fmt.Fprintf(&b, "  %-8s %s -> %s\n", side, verb, next)
			} else {
				fmt.Fprintf(&b, "  %-8s %s refused\n", side, verb)
			}
		}
	}
	const file = "testdata/flow.golden"
	if os.Getenv("ISTMO_UPDATE") != "" {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(kept, b.Bytes()) {
		t.Errorf("%s is not what the table says (%v)", file, err)
	}
}

// referralVerbs yields the verbs of the table with their side, in its order.
func referralVerbs() func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		seen := map[access.Verb]bool{}
		for _, m := range referrals.Flow.Moves {
			if !seen[m.Verb] && !yield(string(m.Verb), referrals.By[m.Verb]) {
				return
			}
			seen[m.Verb] = true
		}
	}
}

func TestEveryMoveHasASideAndWords(t *testing.T) {
	for verb, side := range referralVerbs() {
		if side == "" {
			t.Errorf("%s belongs to no side", verb)
		}
		for _, lang := range i18n.Langs {
			if !i18n.Has(lang, verb+".done") {
				t.Errorf("%s: nothing is said when %s is done", lang, verb)
			}
		}
	}
	for _, p := range referrals.Flow.Places {
		for _, lang := range i18n.Langs {
			if !i18n.Has(lang, "referrals.state."+string(p.State)) {
				t.Errorf("%s: the state %s has no name", lang, p.State)
			}
		}
	}
}

// TestEveryClockHasARule finds a rule for every clock in every country.
func TestEveryClockHasARule(t *testing.T) {
	c, err := calendar.Load(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"referral.acknowledge.urgent", "referral.decide.urgent", "referral.follow-up.2", "referral.follow-up.3", "referral.recall", "risk.fresh"}
	for _, p := range referrals.Flow.Places {
		if p.Clock != "" && p.State != referrals.FollowUp { // whose clock is one of three, by the visits made
			keys = append(keys, p.Clock)
		}
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, country := range []string{"PA", "CO", "CR"} {
		for _, key := range keys {
			if clock, err := c.Due(country, key, now, now); err != nil || clock.Source == "" || !clock.Due.After(now) {
				t.Errorf("%s %s: %+v %v", country, key, clock, err)
			}
		}
	}
}

// TestTheDatabaseRefusesIllegalMoves types an UPDATE by hand.
func TestTheDatabaseRefusesIllegalMoves(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO referral (id, was, state, version, home, from_node, from_agency, from_user, to_node, to_agency, to_user, person,
			consent, agreement, purpose, urgent, fields, child, sex, age_band, citizenships, languages, interpreter, needs, reason, suggested, eta, visits,
			due_at, due_key, since, escalated_at, escalated_to, asked, refused, envelope, package, arrived_at, opened_at, packed_at, read_at, recall, recall_basis, created_at)
			VALUES ('ref_1', '', 'draft', 1, 'PA', 'PA', 'a', 'u', 'CO', 'b', '', 'p', '', '', 'assistance', FALSE, '', FALSE, '', '', '', '', FALSE, '', '', '', '', 0,
			'', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`UPDATE referral SET state = 'arrived' WHERE id = 'ref_1'`,
		`UPDATE referral SET was = 'draft', state = 'sent' WHERE id = 'ref_1'`,
		`UPDATE referral SET machine = 'other' WHERE id = 'ref_1'`,
	} {
		err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(sql)
			return err
		})
		if err == nil {
			t.Errorf("taken: %s", sql)
		}
	}
}

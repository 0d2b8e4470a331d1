package jointfiles_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/calendar"
	"istmo/data"
	"istmo/i18n"
	"istmo/jointfiles"
	"istmo/store"
)

// TestFlowMatrix holds every cell of state × verb to a file; with ISTMO_UPDATE=1
// it writes it.
func TestFlowMatrix(t *testing.T) {
	if err := jointfiles.Flow.Check(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, p := range jointfiles.Flow.Places {
		fmt.Fprintf(&b, "\n%s", p.State)
		if p.Clock != "" {
			fmt.Fprintf(&b, ": clock %s", p.Clock)
		}
		fmt.Fprintln(&b)
		for verb := range verbs() {
			if next, err := jointfiles.Flow.Next(p.State, verb); err == nil {
				fmt.Fprintf(&b, "  %s -> %s\n", verb, next)
			} else {
				fmt.Fprintf(&b, "  %s refused\n", verb)
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

// verbs yields the verbs of the table, in its order.
func verbs() func(func(access.Verb) bool) {
	return func(yield func(access.Verb) bool) {
		seen := map[access.Verb]bool{}
		for _, m := range jointfiles.Flow.Moves {
			if !seen[m.Verb] && !yield(m.Verb) {
				return
			}
			seen[m.Verb] = true
		}
	}
}

// TestEveryCodeHasWords finds the words of every state, move and code.
func TestEveryCodeHasWords(t *testing.T) {
	var keys []string
	for verb := range verbs() {
		keys = append(keys, string(verb)+".done", "verb."+string(verb))
		if verb != "jointfiles.append" {
			keys = append(keys, "jointfiles.event."+strings.TrimPrefix(string(verb), "jointfiles."))
		}
	}
	for _, s := range jointfiles.Drawn() {
		keys = append(keys, "jointfiles.state."+string(s), "jointfiles.next."+string(s))
	}
	for prefix, codes := range map[string][]string{"purpose.": jointfiles.Purposes, "subject.": jointfiles.Subjects, "limit.": jointfiles.Limits,
		"reason.": jointfiles.Reasons, "outcome.": jointfiles.Outcomes, "kind.": append([]string{"review"}, jointfiles.Kinds...)} {
		for _, c := range codes {
			keys = append(keys, "jointfiles."+prefix+c)
		}
	}
	for _, lang := range i18n.Langs {
		for _, key := range keys {
			if !i18n.Has(lang, key) {
				t.Errorf("%s: %s has no words", lang, key)
			}
		}
	}
}

// TestTheReviewHasARule finds the term of the review in every country.
func TestTheReviewHasARule(t *testing.T) {
	c, err := calendar.Load(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, country := range []string{"PA", "CO", "CR"} {
		clock, err := c.Due(country, jointfiles.Flow.Place(jointfiles.UnderReview).Clock, now, now)
		if err != nil || clock.Source == "" || !clock.Due.After(now.Add(14*24*time.Hour)) {
			t.Errorf("%s: %+v %v", country, clock, err)
		}
	}
}

// TestTheDatabaseRefusesIllegalMoves types an UPDATE by hand.
func TestTheDatabaseRefusesIllegalMoves(t *testing.T) {
	w := begin(t)
	for _, sql := range []string{
		`UPDATE joint_file SET was = 'proposed', state = 'closed'`,
		`UPDATE joint_file SET was = 'closed', state = 'open'`,
		`UPDATE joint_file SET machine = 'other'`,
	} {
		err := w.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(sql)
			return err
		})
		if err == nil {
			t.Errorf("taken: %s", sql)
		}
	}
}

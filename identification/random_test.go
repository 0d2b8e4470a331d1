package identification_test

import (
	"strconv"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/identification"
	"istmo/store"

	"pgregory.net/rapid"
)

// TestNoSequenceAccreditsWithoutMajorityOrShortensReflection says commands in any order
// by anybody, and lets time pass. Whatever was said: who is accredited was so by a
// majority of a quorum of the seats that stood, counted here anew; a vote that was given
// is never gone; and a reflection period runs at least as long as the law's least,
// unless the person's own choice is recorded.
func TestNoSequenceAccreditsWithoutMajorityOrShortensReflection(t *testing.T) {
	e := newTeam(t, "CR")
	accredited, reflected, n := 0, 0, 0
	rapid.Check(t, func(r *rapid.T) {
		on := e.begin(e.person(""))
		askers := append([]access.Who{e.at.Who("foco"), e.fiscal}, e.voters...)
		cast, last := 0, map[string]string{}
		var least time.Time
		chosen := false
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			who := askers[rapid.IntRange(0, len(askers)-1).Draw(r, "who")]
			n++
			number := strconv.Itoa(n)
			until := e.Now().Add(time.Duration(rapid.IntRange(-10, 400).Draw(r, "days")) * 24 * hour)
			var err error
			switch rapid.IntRange(0, 13).Draw(r, "what") {
			case 0, 1, 2, 3, 4, 5:
				choice := identification.Choices[rapid.IntRange(0, 1).Draw(r, "choice")]
				if err = do(e, who, identification.CastVote{On: on, Choice: choice, Reasons: reasons}); err == nil {
					cast++
					last[who.ID] = choice
				}
			case 6, 7:
				if err = do(e, who, identification.Accredit{Reasoned: said(on, number)}); err == nil {
					accredited++
					e.majority(r, last, identification.Accredits)
				}
			case 8:
				if err = do(e, who, identification.NotAccredit{Reasoned: said(on, number), Elsewhere: identification.Elsewhere{Leads: "other-protection", Protections: []string{"asylum"}}}); err == nil {
					e.majority(r, last, identification.NotAccredits)
				}
			case 9:
				if err = do(e, who, identification.AskReview{On: on, Reasons: reasons}); err == nil {
					last = map[string]string{}
				}
			case 10, 11:
				if err = do(e, who, identification.StartReflection{On: on, Until: until}); err == nil {
					reflected++
					least, chosen = e.view(on).Reflection.Starts.AddDate(0, 3, 0), false
				}
			case 12:
				err = do(e, who, identification.LengthenReflection{On: on, Until: until})
			case 13:
				if err = do(e, who, identification.EndReflection{On: on, Chosen: "wants-to-speak", Own: rapid.Bool().Draw(r, "own"), Language: "es", Way: "spoken", Said: reasons}); err == nil {
					chosen = true
				}
			}
			if err != nil && len(fault.All(err)) == 0 {
				r.Fatal(err)
			}
			e.Leap(time.Duration(rapid.IntRange(0, 60).Draw(r, "hours")) * hour)
			v := e.view(on)
			if len(v.Votes) != cast {
				r.Fatalf("%d votes were given and %d are kept", cast, len(v.Votes))
			}
			if !least.IsZero() && !chosen && e.Now().Before(least.Truncate(24*hour)) && !v.Reflecting {
				r.Fatalf("the period is over before its least: %+v", v.Reflection)
			}
			if v.Reflecting {
				if err := do(e, e.fiscal, identification.RequestContact{Ref: v.Ref, Words: reasons}); !fault.Is(err, fault.KindInvalid) {
					r.Fatalf("justice reached somebody in reflection: %v", err)
				}
			}
		}
	})
	if accredited == 0 || reflected == 0 {
		t.Errorf("%d accredited, %d in reflection: the sequences reach too little", accredited, reflected)
	}
}

// majority counts the last votes of the seats anew.
func (e *team) majority(r *rapid.T, last map[string]string, outcome string) {
	same := 0
	for _, c := range last {
		if c == outcome {
			same++
		}
	}
	if len(last)*2 <= len(e.voters) || same*2 <= len(last) {
		r.Fatalf("resolved %s by %d of %d votes of %d seats", outcome, same, len(last), len(e.voters))
	}
}

// TestAStrangerSeesNothing asks every question as somebody who takes no part, and finds
// that what is denied looks like what is absent.
func TestAStrangerSeesNothing(t *testing.T) {
	e := newTeam(t, "CR")
	e.at.Agency("otra", "shelter", "Otra (ficticia)")
	strangers := []access.Who{e.at.User("sin", "otra", "analyst"), e.at.User("caso", "otra", "case-worker", "focal-point"), e.at.User("campo", "otra", "field-officer"),
		e.at.User("admin", "team", "administrator"), e.at.User("auditora", "team", "auditor"), e.fiscal}
	on := e.begin(e.person(""))
	e.vote(on, 3)
	for _, who := range strangers {
		_, denied := e.see(who, on)
		_, absent := e.see(who, identification.On{ID: "idp_none"})
		if len(fault.All(denied)) != 1 || len(fault.All(absent)) != 1 || fault.All(denied)[0].Key != fault.All(absent)[0].Key {
			t.Errorf("%s: denied as %v, absent as %v", who.ID, denied, absent)
		}
		for name, count := range map[string]func() (int, error){
			"list": func() (int, error) {
				all, err := act.Ask(t.Context(), e.at.Engine, who, identification.List{})
				return len(all), err
			},
			"desk": func() (int, error) {
				all, err := act.Ask(t.Context(), e.at.Engine, who, identification.Desk{})
				return len(all), err
			},
			"team": func() (int, error) {
				all, err := act.Ask(t.Context(), e.at.Engine, who, identification.Team{})
				return len(all), err
			},
			"contacts": func() (int, error) {
				all, err := act.Ask(t.Context(), e.at.Engine, who, identification.Contacts{})
				return len(all), err
			},
		} {
			if n, err := count(); n != 0 || err != nil && !fault.Is(err, fault.KindDenied) {
				t.Errorf("%s %s: %d %v", who.ID, name, n, err)
			}
		}
		for _, c := range []act.Command[identification.Procedure]{identification.CastVote{On: on, Choice: "accredit", Reasons: reasons}, identification.Accredit{Reasoned: said(on, "1")},
			identification.StartReflection{On: on}, identification.EndReflection{On: on}, identification.Tell{On: on}, identification.RecordMeasure{On: on, Need: "food"}} {
			if err := do(e, who, c); !fault.Is(err, fault.KindDenied) {
				t.Errorf("%s may %s: %v", who.ID, c.Verb(), err)
			}
		}
	}
}

// TestReasonsAreSealedAndGoWithThePerson looks for what was written in every row, and
// finds it for nobody once the person is erased.
func TestReasonsAreSealedAndGoWithThePerson(t *testing.T) {
	e := newTeam(t, "CR")
	const canary = "Canaria-Voto de Marta Ficticia"
	person := e.person("")
	on := e.begin(person)
	testkitMust(e, identification.CastVote{On: on, Choice: "accredit", Reasons: canary})
	testkitMust(e, identification.RecordMeasure{On: on, Need: "food", Note: canary})
	testkitMust(e, identification.StartReflection{On: on})
	testkitMust(e, identification.EndReflection{On: on, Chosen: "wants-to-speak", Own: true, Language: "es", Way: "spoken", Said: canary})
	for i, who := range e.voters[:3] {
		if err := do(e, who, identification.CastVote{On: on, Choice: "accredit", Reasons: canary + strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	testkitMust(e, identification.Accredit{Reasoned: identification.Reasoned{On: on, Number: "1", Reasons: canary}})
	if v := e.view(on); v.Votes[0].Reasons != canary || v.Decisions[0].Reasons != canary {
		t.Errorf("who may read it does not: %+v", v.Votes[0])
	}
	e.empty(t, canary)
}

func testkitMust(e *team, c act.Command[identification.Procedure]) {
	e.t.Helper()
	if err := do(e, e.eva, c); err != nil {
		e.t.Fatalf("%s: %v", c.Verb(), err)
	}
}

// empty reads every text of every table of the feature, and of the ledger.
func (e *team) empty(t *testing.T, canary string) {
	t.Helper()
	tables := []string{"identification", "identification_vote", "identification_decision", "identification_told", "identification_measure", "identification_reflection", "identification_contact"}
	err := e.at.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, table := range tables {
			columns, err := store.All(tx, store.Value[string], `SELECT name FROM pragma_table_info('`+table+`')`)
			if err != nil || len(columns) == 0 {
				t.Errorf("%s: no columns (%v)", table, err)
			}
			for _, column := range columns {
				n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM `+table+` WHERE CAST(`+column+` AS TEXT) LIKE '%Canaria%'`)
				if err != nil || n > 0 {
					t.Errorf("%s.%s holds it %d times (%v)", table, column, n, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package identification_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/identification"
	"istmo/referrals"
	"istmo/testkit"
)

// label is any word for what assistance must never wait for: a complaint, the
// person's cooperation with justice, or how somebody calls the offence.
var label = regexp.MustCompile(`(?i)complain|denunci|cooperates|cooperating|collaborat|colabora|testif|testimon|witness_|offen[cs]e|delito|criminal_?label|crime|charge[sd]?\b|tipo_?penal|accus|willing`)

// features are those that give or open help. Those that are not built yet are looked
// at from the day on which they are.
var features = []string{"cases", "response", "referrals", "identification", "screening"}

// TestNoRuleLooksAtAComplaintOrALabel reads the code, the tables, the policies and the
// inputs of everything that gives help. A field by that name is what a guard would use.
func TestNoRuleLooksAtAComplaintOrALabel(t *testing.T) {
	read := 0
	for _, feature := range features {
		for _, file := range glob(t, "../"+feature+"/*.go") {
			if !strings.HasSuffix(file, "_test.go") {
				read++
				words(t, file)
			}
		}
		for _, file := range append(glob(t, "../"+feature+"/schema/*.sql"), glob(t, "../access/policies/"+feature+"*.cedar")...) {
			read++
			lines(t, file)
		}
	}
	lines(t, "../access/policies/persons.cedar")
	if read < 20 {
		t.Errorf("only %d files were read", read)
	}
	pa := testkit.NewWorld(t).Start("PA")
	for _, entry := range pa.Engine.Verbs.All() {
		feature, _, _ := strings.Cut(string(entry.Verb), ".")
		if !slices.Contains(features, feature) {
			continue
		}
		for _, f := range act.Fields(entry.Input) {
			if label.MatchString(f.Name) {
				t.Errorf("%s asks for %s", entry.Verb, f.Name)
			}
		}
	}
}

func glob(t *testing.T, pattern string) []string {
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// words looks at every name and every text of a program, without its comments.
func words(t *testing.T, file string) {
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		text := ""
		switch n := n.(type) {
		case *ast.Ident:
			text = n.Name
		case *ast.BasicLit:
			text = n.Value
		}
		if label.MatchString(text) {
			t.Errorf("%s looks at %s", file, text)
		}
		return true
	})
}

// lines looks at a table or a policy, without its remarks.
func lines(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "--")
		line, _, _ = strings.Cut(line, "//")
		if label.MatchString(line) {
			t.Errorf("%s looks at %q", file, line)
		}
	}
}

// TestHelpIsTheSameWithoutAComplaint gives every step of help, in each country, to
// somebody who complained, cooperates and whose case the prosecutor calls trafficking,
// and to somebody who did not, refuses, and whose case the prosecutor calls less. What
// came of each step must be the same, and none may be refused.
func TestHelpIsTheSameWithoutAComplaint(t *testing.T) {
	for _, node := range []string{"CR", "PA", "CO"} {
		t.Run(node, func(t *testing.T) {
			e := newTeam(t, node)
			with := e.helped("Presentó denuncia, colabora con la fiscalía y esta lo llama trata de personas.")
			without := e.helped("No denuncia, no quiere colaborar con la justicia y la fiscalía lo llama solo inducción.")
			if len(with) < 20 || !slices.Equal(with, without) {
				t.Errorf("with: %v\nwithout: %v", with, without)
			}
			for _, step := range without {
				if !strings.HasSuffix(step, ": done") {
					t.Error(step)
				}
			}
		})
	}
}

// helped takes a person through every step of help there is, and says what came of each.
func (e *team) helped(note string) (steps []string) {
	person := e.person(note)
	on, about := e.begin(person), cases.On{Person: person}
	step := func(name string, err error) {
		said := "done"
		if err != nil {
			said = err.Error()
		}
		steps = append(steps, name+": "+said)
	}
	measures := func(when string) {
		for _, need := range cases.Needs {
			step(when+" "+need, do(e, e.eva, identification.RecordMeasure{On: on, Need: need, Note: note}))
		}
	}
	measures("at once")
	step("risk", do(e, e.eva, cases.AssessRisk{On: about, Level: "high", RiskNote: note}))
	step("reflection", do(e, e.eva, identification.StartReflection{On: on, Until: e.Now().AddDate(0, 6, 0)}))
	switch e.at.Config.Node {
	case "CR":
		e.Tick(11 * 24 * hour)
		measures("overdue")
		for _, who := range e.voters {
			step("vote", do(e, who, identification.CastVote{On: on, Choice: identification.Accredits, Reasons: reasons}))
		}
		step("accredited", do(e, e.eva, identification.Accredit{Reasoned: said(on, person)}))
	case "PA":
		step("preliminary", do(e, e.eva, identification.FindPreliminary{Reasoned: said(on, "")}))
		measures("pending")
		step("full", do(e, e.eva, identification.Recognise{Reasoned: said(on, person)}))
	case "CO":
		step("immediate", do(e, e.eva, identification.OpenImmediate{Reasoned: said(on, "")}))
		step("extended", do(e, e.eva, identification.ExtendImmediate{Reasoned: said(on, "")}))
		step("medium", do(e, e.eva, identification.OpenMedium{Reasoned: said(on, "")}))
		step("medium extended", do(e, e.eva, identification.ExtendMedium{Reasoned: said(on, "")}))
	}
	measures("after")
	step("told", do(e, e.eva, identification.Tell{On: on, Language: "es", Way: "spoken", Understood: true}))
	step("referred", e.refer(person))
	return steps
}

// refer sends the person to a service in the country.
func (e *team) refer(person string) error {
	to := e.at.AgencyID("uno")
	if err := do(e, e.eva, cases.AssessRisk{On: cases.On{Person: person}, Level: "low"}); err != nil {
		return err
	}
	if err := do(e, e.eva, cases.RecordConsent{On: cases.On{Person: person}, Purpose: "assistance", ToNode: e.at.Config.Node, ToAgency: to, Groups: []string{"profile"}, Language: "es", Way: "written"}); err != nil {
		return err
	}
	id, err := e.start(person, to, "assistance")
	if err != nil {
		return err
	}
	on := referrals.On{ID: id}
	for _, c := range []act.Command[referrals.Referral]{referrals.ConfirmConsent{On: on}, referrals.Send{On: on}} {
		if err := do(e, e.eva, c); err != nil {
			return fmt.Errorf("%s: %w", c.Verb(), err)
		}
	}
	return nil
}

func (e *team) start(person, to, purpose string) (string, error) {
	d, err := act.Do(e.t.Context(), e.at.Engine, e.eva, referrals.Start{Person: person, ToNode: e.at.Config.Node, ToAgency: to, Purpose: purpose, Fields: []string{"sex"}})
	return d.Object, err
}

// TestHelpStandsOpenWhereverAProcedureStands finds no state in which the policy or
// the flow would keep a measure from being recorded.
func TestHelpStandsOpenWhereverAProcedureStands(t *testing.T) {
	for _, m := range identification.Machines {
		for _, mv := range m.Moves {
			if mv.Verb == "identification.record-measure" || mv.Verb == "identification.start-reflection" {
				t.Errorf("%s: %s is bound to the state %s", m.Name, mv.Verb, mv.From)
			}
		}
	}
	who := access.Who{Kind: access.User, ID: "usr_1", Agency: "agy_1", Roles: []access.Role{access.CaseWorker}}
	for _, verb := range []access.Verb{"identification.record-measure", "identification.start-reflection", "identification.open-immediate", "identification.find-preliminary"} {
		if !access.Could(who, verb) {
			t.Errorf("a case worker of the team may not %s", verb)
		}
	}
}

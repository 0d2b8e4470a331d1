package indicators_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"istmo/indicators"
)

// one is a list of one dimension: so many indicators of each strength, with codes
// "S-01", "M-01", "W-01".
func one(dimension string, strong, medium, weak int) indicators.List {
	l := indicators.List{ID: "ind_test", Version: 3, Rule: indicators.Shipped().Rule}
	for _, s := range []struct {
		letter, strength string
		n                int
	}{{"S", indicators.Strong, strong}, {"M", indicators.Medium, medium}, {"W", indicators.Weak, weak}} {
		for i := range s.n {
			l.Indicators = append(l.Indicators, indicators.Indicator{Code: fmt.Sprintf("%s-%02d", s.letter, i+1), Dimension: dimension,
				Strength: s.strength, Applies: indicators.ForAll, Way: indicators.Asked, Validated: true})
		}
	}
	return l
}

// yes answers the first so many of each strength.
func yes(l indicators.List, dimension string, strong, medium, weak int) (answers map[string]string, enough bool) {
	answers = map[string]string{}
	left := map[string]int{indicators.Strong: strong, indicators.Medium: medium, indicators.Weak: weak}
	for _, i := range l.Indicators {
		if i.Dimension == dimension && left[i.Strength] > 0 {
			answers[i.Code] = indicators.Yes
			left[i.Strength]--
		}
	}
	return answers, left[indicators.Strong]+left[indicators.Medium]+left[indicators.Weak] == 0
}

func dimension(t testing.TB, r indicators.Result, name string) indicators.Dimension {
	t.Helper()
	i := slices.IndexFunc(r.Dimensions, func(d indicators.Dimension) bool { return d.Dimension == name })
	if i < 0 {
		t.Fatalf("no dimension %s in %+v", name, r)
	}
	return r.Dimensions[i]
}

// TestTheRuleAsItIsWritten holds every combination of up to four of each strength to
// the rule as the ILO and the European Commission published it, said here a second
// time and without the table.
func TestTheRuleAsItIsWritten(t *testing.T) {
	const name = "means:deceptive_recruitment"
	l := one(name, 4, 4, 4)
	for s := range 5 {
		for m := range 5 {
			for w := range 5 {
				want := ""
				switch {
				case s >= 2:
					want = "two-strong"
				case s == 1 && m+w >= 1:
					want = "strong-and-another"
				case m >= 3:
					want = "three-medium"
				case m == 2 && w >= 1:
					want = "two-medium-and-weak"
				}
				answers, _ := yes(l, name, s, m, w)
				d := dimension(t, indicators.Evaluate(l, indicators.Subject{}, answers), name)
				state := indicators.Positive
				if want == "" {
					state = indicators.Noted
				}
				if s+m+w == 0 {
					state = indicators.Nothing
				}
				if d.Clause != want || d.State != state || len(d.Noted) != s+m+w {
					t.Errorf("%d strong, %d medium, %d weak: %s under %q, not %s under %q", s, m, w, d.State, d.Clause, state, want)
				}
			}
		}
	}
}

// TestWhatIsMissing says what would meet the rule, and nothing that asks for more.
func TestWhatIsMissing(t *testing.T) {
	const name = "act"
	for _, c := range []struct {
		s, m, w int // noted, of lists of four each
		want    []indicators.Lacking
	}{
		{1, 0, 0, []indicators.Lacking{{Weak: 1}}},
		{0, 1, 0, []indicators.Lacking{{Strong: 1}, {Medium: 1, Weak: 1}}},
		{0, 2, 0, []indicators.Lacking{{Weak: 1}}},
		{0, 0, 1, []indicators.Lacking{{Strong: 1}, {Medium: 2}}},
		{0, 1, 1, []indicators.Lacking{{Medium: 1}}},
		{0, 1, 3, []indicators.Lacking{{Medium: 1}}},
		{0, 0, 4, []indicators.Lacking{{Strong: 1}, {Medium: 2}}},
	} {
		l := one(name, 4, 4, 4)
		answers, _ := yes(l, name, c.s, c.m, c.w)
		d := dimension(t, indicators.Evaluate(l, indicators.Subject{}, answers), name)
		if !reflect.DeepEqual(d.Missing, c.want) || d.TooFew {
			t.Errorf("%d strong, %d medium, %d weak: missing %v, not %v", c.s, c.m, c.w, d.Missing, c.want)
		}
		for _, m := range d.Missing { // and with just that, it is met
			more, _ := yes(l, name, c.s+int(m.Strong), c.m+int(m.Medium), c.w+int(m.Weak))
			if d := dimension(t, indicators.Evaluate(l, indicators.Subject{}, more), name); d.State != indicators.Positive {
				t.Errorf("%d strong, %d medium, %d weak and %v: %s", c.s, c.m, c.w, m, d.State)
			}
		}
	}
}

// TestTooFewForTheRule: organ removal has one indicator, which no clause is met by;
// it asks for a look all the same, and the purpose is noted.
func TestTooFewForTheRule(t *testing.T) {
	r := indicators.Evaluate(indicators.Shipped(), indicators.Subject{}, map[string]string{"EXO-01": indicators.Yes})
	d := dimension(t, r, "purpose:organ_removal")
	if d.State != indicators.Noted || !d.TooFew || len(d.Missing) != 0 || !slices.Contains(r.LookCloser, "purpose:organ_removal") {
		t.Errorf("%+v, look at %v", d, r.LookCloser)
	}
	if e := r.Elements[2]; e.Element != indicators.Purpose || e.State != indicators.Noted || !slices.Equal(e.Codes, []string{"EXO-01"}) {
		t.Errorf("%+v", e)
	}
}

// TestTogether: three forms of exploitation with one medium indicator each are no
// dimension, and the purpose is present; several means are never added up.
func TestTogether(t *testing.T) {
	r := indicators.Evaluate(indicators.Shipped(), indicators.Subject{}, map[string]string{"EXB-01": "yes", "EXD-01": "yes", "EXC-01": "yes", "DEC-02": "yes", "COR-02": "yes", "VUR-01": "yes"})
	if e := r.Elements[2]; e.State != indicators.Present || e.Together != "three-medium" || len(e.Dimensions) != 0 {
		t.Errorf("purpose: %+v", e)
	}
	if e := r.Elements[1]; e.State != indicators.Noted || e.Together != "" || len(e.Codes) != 3 {
		t.Errorf("means: %+v", e)
	}
}

// TestUnvalidatedNeverCounts: all three rows of the Darién proposal together are
// shown, ask for a look, and make nothing positive, nor do they help a clause.
func TestUnvalidatedNeverCounts(t *testing.T) {
	r := indicators.Evaluate(indicators.Shipped(), indicators.Subject{}, map[string]string{"TRA-01": "yes", "TRA-02": "yes", "TRA-03": "yes"})
	d := dimension(t, r, "transit_context")
	if d.State != indicators.Noted || d.Clause != "" || len(d.Noted) != 3 || d.Noted[0].Counts || !slices.Equal(r.LookCloser, []string{"transit_context"}) {
		t.Errorf("%+v, look at %v", d, r.LookCloser)
	}
	l := one("act", 2, 0, 0)
	l.Indicators[1].Validated = false
	if d := dimension(t, indicators.Evaluate(l, indicators.Subject{}, map[string]string{"S-01": "yes", "S-02": "yes"}), "act"); d.State != indicators.Noted {
		t.Errorf("a strong one that is not validated helped another: %+v", d)
	}
}

// TestWhoIsAskedAndWhoCounts: what is for adults counts for a child as well, what is
// for children is set aside for an adult, and so is what the list does not hold.
func TestWhoIsAskedAndWhoCounts(t *testing.T) {
	answers := map[string]string{"EXS-01": "yes", "EXS-02": "yes", "CHI-01": "yes", "CHI-03": "yes", "XXX-01": "yes", "ACT-01": "unknown", "ACT-02": "no", "ACT-03": "maybe"}
	l := indicators.Shipped()
	adult, child := indicators.Evaluate(l, indicators.Subject{}, answers), indicators.Evaluate(l, indicators.Subject{Child: true}, answers)
	if !slices.Equal(adult.Aside, []string{"CHI-01", "CHI-03", "XXX-01"}) || !slices.Equal(child.Aside, []string{"XXX-01"}) {
		t.Errorf("aside: %v of an adult, %v of a child", adult.Aside, child.Aside)
	}
	for _, r := range []indicators.Result{adult, child} {
		if d := dimension(t, r, "purpose:exploitation_sexual"); d.State != indicators.Positive {
			t.Errorf("child %v: %+v", r.Child, d)
		}
		if d := dimension(t, r, "act"); !slices.Equal(d.Unknown, []string{"ACT-01"}) || !slices.Equal(d.Open, []string{"ACT-03", "ACT-04", "ACT-05"}) || d.State != indicators.Nothing {
			t.Errorf("child %v: %+v", r.Child, d)
		}
	}
	if d := dimension(t, child, "child_specific"); d.State != indicators.Positive || d.Clause != "strong-and-another" {
		t.Errorf("%+v", d)
	}
	if slices.ContainsFunc(adult.Dimensions, func(d indicators.Dimension) bool { return d.Group == indicators.Childhood }) {
		t.Error("an adult is evaluated as a child")
	}
	if d := dimension(t, indicators.Evaluate(l, indicators.Subject{Child: true}, nil), "purpose:domestic_servitude"); len(d.Open) != 2 {
		t.Errorf("%+v", d)
	}
}

// TestAChildNeedsNoMeans: act and purpose stand, and the means say that they do not
// matter, whatever was noted.
func TestAChildNeedsNoMeans(t *testing.T) {
	r := indicators.Evaluate(indicators.Shipped(), indicators.Subject{Child: true}, map[string]string{"CHI-01": "yes", "CHI-05": "yes", "COD-01": "yes", "COD-04": "yes", "VUD-01": "yes"})
	states := map[string]string{}
	for _, e := range r.Elements {
		states[e.Element] = e.State
	}
	if want := map[string]string{"act": "present", "means": "irrelevant", "purpose": "present"}; !reflect.DeepEqual(states, want) {
		t.Errorf("%v", states)
	}
	if !slices.Equal(r.LookCloser, []string{"child_specific"}) {
		t.Errorf("look at %v", r.LookCloser)
	}
	if d := dimension(t, r, "means:coercion_destination"); d.State != indicators.Irrelevant || d.Clause != "" || len(d.Noted) != 2 {
		t.Errorf("%+v", d)
	}
}

// TestNothingDecides keeps words of judgment out of what a result can say.
func TestNothingDecides(t *testing.T) {
	text, _ := json.Marshal(indicators.Evaluate(indicators.Shipped(), indicators.Subject{Child: true}, map[string]string{"CHI-01": "yes", "CHI-02": "yes"}))
	for _, word := range []string{"decision", "decid", "victim", "presum", "score", "trafficked", "risk", "outcome", "verdict"} {
		if strings.Contains(strings.ToLower(string(text)), word) {
			t.Errorf("a result says %q", word)
		}
	}
}

// rank orders states, so that a test can say that nothing sank.
var rank = map[string]int{indicators.Nothing: 0, indicators.Noted: 1, indicators.Positive: 2, indicators.Present: 2}

func anyAnswers(t *rapid.T, l indicators.List) map[string]string {
	answers := map[string]string{}
	for _, i := range l.Indicators {
		if a := rapid.SampledFrom([]string{"", "", "yes", "yes", "no", "unknown"}).Draw(t, i.Code); a != "" {
			answers[i.Code] = a
		}
	}
	return answers
}

// anyList is a list with any strengths, people, marks and rule that are allowed.
func anyList(t *rapid.T) indicators.List {
	l := indicators.Shipped()
	if rapid.Bool().Draw(t, "shipped") {
		return l
	}
	for i := range l.Indicators {
		x := &l.Indicators[i]
		x.Strength = rapid.SampledFrom(indicators.Strengths).Draw(t, "strength")
		x.Applies = rapid.SampledFrom(indicators.Applying).Draw(t, "applies")
		x.Validated = rapid.IntRange(0, 3).Draw(t, "validated") > 0
		x.Dimension = rapid.SampledFrom(indicators.Dimensions).Draw(t, "dimension")
	}
	for i := range l.Rule.Clauses {
		c := &l.Rule.Clauses[i]
		few := rapid.Int64Range(0, 2)
		c.Strong, c.Medium, c.Weak = few.Draw(t, "strong"), few.Draw(t, "medium"), few.Draw(t, "weak")
		if c.Strong+c.Medium+c.Weak == 0 {
			c.Weak = 1
		}
	}
	return l
}

// sunk says what stands lower in one result than in another.
func sunk(before, after indicators.Result) string {
	for _, d := range before.Dimensions {
		i := slices.IndexFunc(after.Dimensions, func(o indicators.Dimension) bool { return o.Dimension == d.Dimension })
		now := indicators.Nothing // not shown, since nobody like this is asked
		if i >= 0 {
			now = after.Dimensions[i].State
		}
		if now != indicators.Irrelevant && rank[now] < rank[d.State] {
			return d.Dimension
		}
	}
	for i, e := range before.Elements {
		if after.Elements[i].State != indicators.Irrelevant && rank[after.Elements[i].State] < rank[e.State] {
			return e.Element
		}
	}
	return ""
}

// TestAnotherIndicatorNeverLowers: with one more yes, no dimension and no element
// stands lower; nor does treating somebody as a child lower anything but the means,
// which then do not matter.
func TestAnotherIndicatorNeverLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyList(t)
		answers, who := anyAnswers(t, l), indicators.Subject{Child: rapid.Bool().Draw(t, "child")}
		before := indicators.Evaluate(l, who, answers)
		if low := sunk(before, indicators.Evaluate(l, indicators.Subject{Child: true}, answers)); low != "" {
			t.Fatalf("treated as a child, %s is lower", low)
		}
		answers[rapid.SampledFrom(l.Indicators).Draw(t, "more").Code] = indicators.Yes
		if low := sunk(before, indicators.Evaluate(l, who, answers)); low != "" {
			t.Fatalf("with one more, %s is lower", low)
		}
	})
}

// TestMeansNeverMatterForAChild: whatever is answered about the means, what stands
// elsewhere in a child's result is the same.
func TestMeansNeverMatterForAChild(t *testing.T) {
	means := func(dimension string) bool {
		g := indicators.GroupOf(dimension)
		return g == indicators.Means || g == indicators.Vulnerability
	}
	rest := func(r indicators.Result) indicators.Result {
		r.Dimensions = slices.DeleteFunc(r.Dimensions, func(d indicators.Dimension) bool { return means(d.Dimension) })
		r.Elements = slices.DeleteFunc(r.Elements, func(e indicators.Element) bool { return e.Element == indicators.Means })
		return r
	}
	rapid.Check(t, func(t *rapid.T) {
		l := anyList(t)
		for i := range l.Indicators {
			l.Indicators[i].Element = "" // an indicator that stands among the means and bears on an act does matter
		}
		answers, child := anyAnswers(t, l), indicators.Subject{Child: true}
		before := rest(indicators.Evaluate(l, child, answers))
		for _, i := range l.Indicators {
			if means(i.Dimension) {
				answers[i.Code] = rapid.SampledFrom([]string{"yes", "no", "unknown"}).Draw(t, "other "+i.Code)
			}
		}
		r := indicators.Evaluate(l, child, answers)
		if after := rest(r); !reflect.DeepEqual(before, after) {
			t.Fatalf("%+v\n%+v", before, after)
		}
		for _, d := range r.Dimensions {
			if means(d.Dimension) && d.State != indicators.Irrelevant {
				t.Fatalf("%s is %s", d.Dimension, d.State)
			}
		}
	})
}

// vector is one case that Go and the browser are both held to.
type vector struct {
	Name    string             `json:"name"`
	Subject indicators.Subject `json:"subject"`
	Answers map[string]string  `json:"answers"`
	Result  indicators.Result  `json:"result"`
}

type vectors struct {
	List  indicators.List `json:"list"`
	Cases []vector        `json:"cases"`
}

// said are the cases of the kept file: what an officer may meet.
func said() []vector {
	all := func(codes string) map[string]string {
		answers := map[string]string{}
		for _, c := range strings.Fields(codes) {
			code, answer, ok := strings.Cut(c, "=")
			if !ok {
				answer = indicators.Yes
			}
			answers[code] = answer
		}
		return answers
	}
	child := indicators.Subject{Child: true}
	return []vector{
		{Name: "nothing was asked", Answers: all("")},
		{Name: "everything was denied", Answers: all("ACT-01=no ACT-05=no DEC-01=no EXL-01=no COD-01=no")},
		{Name: "did not want to say", Answers: all("ACT-05=unknown EXS-01=unknown COD-04=unknown")},
		{Name: "one strong alone", Answers: all("ACT-05")},
		{Name: "act, means and purpose of forced labour", Answers: all("ACT-01 ACT-02 ACT-04 DEC-01 DEC-03 EXL-01 EXL-02 COD-01 COD-02 VUD-03")},
		{Name: "means by the abuse of a vulnerability alone", Answers: all("VUR-01 VUR-02 VUR-07 ACT-05 ACT-01 EXD-01 EXD-02 EXB-01")},
		{Name: "forms of exploitation together", Answers: all("EXD-01 EXB-01 EXC-01")},
		{Name: "an organ, one indicator in its dimension", Answers: all("EXO-01 COD-11")},
		{Name: "the unvalidated rows alone", Answers: all("TRA-01 TRA-02 TRA-03")},
		{Name: "a child, sold and used for sex", Subject: child, Answers: all("CHI-01 CHI-05 ACT-03")},
		{Name: "a child, with means that do not matter", Subject: child, Answers: all("CHI-02 CHI-06 ACT-01 ACT-04 COR-01 COR-02 COD-03 COD-04 VUR-03")},
		{Name: "a child, asked as an adult before", Subject: child, Answers: all("EXL-01 EXL-04 DEC-03 ACT-05 ACT-01")},
		{Name: "an adult, asked as a child before", Answers: all("CHI-01 CHI-03 CHI-04 EXR-01")},
		{Name: "a child of an armed group", Subject: child, Answers: all("EXR-01 EXC-01 EXC-02 CHI-02")},
		{Name: "a smuggled migrant in need", Answers: all("ACT-01 ACT-03 VUD-02 VUD-04 COD-10 TRA-02")},
		{Name: "codes that the list does not hold", Answers: all("OLD-01 ACT-05 ZZZ-99=no")},
	}
}

// text is the file: the list on a line, and a case on each.
func (v vectors) text(t *testing.T) []byte {
	var b bytes.Buffer
	line := func(lead string, x any) {
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(lead)
		b.Write(text)
	}
	line("{\"list\":", v.List)
	b.WriteString(",\n\"cases\":[")
	for i, c := range v.Cases {
		if i > 0 {
			b.WriteByte(',')
		}
		line("\n", c)
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}

const vectorFile = "testdata/evaluation.json"

func update() bool { return os.Getenv("ISTMO_UPDATE") != "" }

func kept(t *testing.T) (v vectors, text []byte) {
	t.Helper()
	text, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v, text
}

// TestEvaluationVectors holds the evaluation to the kept file, which the browser is
// held to as well. With ISTMO_UPDATE=1 it writes the file.
func TestEvaluationVectors(t *testing.T) {
	l := indicators.Shipped().Device()
	l.ID, l.Node, l.Version, l.State = "ind_example", "PA", 1, indicators.Published
	now := vectors{List: l, Cases: said()}
	for i := range now.Cases {
		now.Cases[i].Result = indicators.Evaluate(l, now.Cases[i].Subject, now.Cases[i].Answers)
	}
	text := now.text(t)
	if update() {
		if err := os.WriteFile(vectorFile, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, old := kept(t)
	if !bytes.Equal(old, text) {
		t.Error("the vectors are not what the code says; look at the difference after ISTMO_UPDATE=1 go test ./indicators")
	}
	for _, c := range was.Cases {
		if r := indicators.Evaluate(was.List, c.Subject, c.Answers); !reflect.DeepEqual(r, c.Result) {
			t.Errorf("%s: %+v", c.Name, r)
		}
	}
}

// TestEveryBoundaryGolden writes, for every dimension of the shipped list, an adult
// and a child, what each number of indicators comes to: a page that somebody who
// knows the field can read.
func TestEveryBoundaryGolden(t *testing.T) {
	l := indicators.Shipped()
	var b strings.Builder
	for _, name := range indicators.Dimensions {
		for _, child := range []bool{false, true} {
			for s := range 3 {
				for m := range 4 {
					for w := range 2 {
						answers, enough := yes(l, name, s, m, w)
						if enough && s+m+w > 0 {
							boundary(t, &b, l, name, child, answers, fmt.Sprintf("%d strong %d medium %d weak", s, m, w))
						}
					}
				}
			}
		}
	}
	const file = "testdata/boundaries.txt"
	if update() {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != b.String() {
		t.Errorf("%s is not what the code says (%v)", file, err)
	}
}

func boundary(t *testing.T, b *strings.Builder, l indicators.List, name string, child bool, answers map[string]string, what string) {
	r := indicators.Evaluate(l, indicators.Subject{Child: child}, answers)
	who := "adult"
	if child {
		who = "child"
	}
	i := slices.IndexFunc(r.Dimensions, func(d indicators.Dimension) bool { return d.Dimension == name })
	if i < 0 {
		fmt.Fprintf(b, "%-34s %s  %s: set aside %v\n", name, who, what, r.Aside)
		return
	}
	d := r.Dimensions[i]
	says := d.State
	switch {
	case d.Clause != "":
		says += " by " + d.Clause
	case d.TooFew:
		says += ", the list holds too few"
	case len(d.Missing) > 0:
		var ways []string
		for _, m := range d.Missing {
			ways = append(ways, fmt.Sprintf("%d strong %d medium %d weak", m.Strong, m.Medium, m.Weak))
		}
		says += ", lacks " + strings.Join(ways, " or ")
	}
	for _, e := range r.Elements {
		if e.State != indicators.Nothing && len(e.Codes) > 0 {
			says += "; " + e.Element + " " + e.State
		}
	}
	fmt.Fprintf(b, "%-34s %s  %s: %s\n", name, who, what, says)
}

// inBrowser evaluates cases with the device's own code, by Node.js.
func inBrowser(t testing.TB, v vectors) []indicators.Result {
	t.Helper()
	asked, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/evaluate.mjs")
	cmd.Stdin = bytes.NewReader(asked)
	var said, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &wrong
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, wrong.String())
	}
	var results []indicators.Result
	strict := json.NewDecoder(&said)
	strict.DisallowUnknownFields()
	if err := strict.Decode(&results); err != nil || len(results) != len(v.Cases) {
		t.Fatalf("%d results, %v", len(results), err)
	}
	return results
}

// TestTheBrowserSaysTheSame holds web/assets/js/screening/evaluate.js to the vectors
// and to a thousand other answers, field by field.
func TestTheBrowserSaysTheSame(t *testing.T) {
	v, _ := kept(t)
	for i, r := range inBrowser(t, v) {
		if !reflect.DeepEqual(r, v.Cases[i].Result) {
			t.Errorf("%s:\n%+v\n%+v", v.Cases[i].Name, r, v.Cases[i].Result)
		}
	}
	for seed := range 4 {
		v := rapid.Custom(func(t *rapid.T) vectors {
			v := vectors{List: anyList(t)}
			for range 250 {
				v.Cases = append(v.Cases, vector{Subject: indicators.Subject{Child: rapid.Bool().Draw(t, "child")}, Answers: anyAnswers(t, v.List)})
			}
			return v
		}).Example(seed)
		for i, r := range inBrowser(t, v) {
			c := v.Cases[i]
			if want := indicators.Evaluate(v.List, c.Subject, c.Answers); !reflect.DeepEqual(r, want) {
				t.Fatalf("child %v, %v:\n%+v\n%+v", c.Subject.Child, c.Answers, r, want)
			}
		}
	}
}

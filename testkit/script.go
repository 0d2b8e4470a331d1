package testkit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/screening"
	"istmo/screening/sealed"
	"istmo/store"
)

// Scripts runs every script that a pattern finds: scenarios that a lawyer can
// read, on real nodes. A line is one of
//
//	nodes PA CO                            start them and pair them all
//	agency PA uia response-team "Unidad …" an agency, by code and kind
//	user PA ana uia case-worker            an account, with its roles
//	escalate PA uia ana                    whom the agency's overdue clocks tell
//	as ana@PA                              who acts from here on
//	k = do cases.register sex=female …     a deed; k becomes the object's id
//	! conflict referrals.no-risk do …      a deed that is refused, so
//	see referrals.open id=$r : state=sent  what an answer says, by path
//	! see cases.open person=$k             nothing is there for this asker
//	phone PA tel ana "Lajas Blancas"       a phone of ana's, at a new post
//	lend tel beto@PA                       beto screens with it from here on
//	write tel k sex=female final=yes …     a revision of screening k is sealed on it
//	pass tel tel2 · know tel2 tel k        hand over to another phone; where k stands
//	hand tel : taken waiting …             it hands over to its node, which says so
//	deliver · cut PA CO · mend PA CO       the links
//	tick 3d                                time passes
//	leap 180d                              time passes while no node runs
//	verify                                 every ledger is proven
//
// $k is a name's value; @PA/uia is an agency's id, @@PA/uia,@@CO/casa are agencies
// with their nodes; a value with spaces stands in double quotes; # begins a
// remark. The worlds can be changed before they start.
func Scripts(t *testing.T, pattern string, on ...func(*World)) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s", pattern)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			w := NewWorld(t)
			for _, change := range on {
				change(w)
			}
			runScript(w, t, file)
		})
	}
}

type script struct {
	*World
	who   access.Who
	at    *Country
	names map[string]string
	line  string
	phones
}

func runScript(w *World, t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := &script{World: w, names: map[string]string{}, phones: phones{map[string]*Phone{}, map[string]sealed.ID{}}}
	defer func() {
		if t.Failed() {
			t.Log("at " + s.line)
		}
	}()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		words := split(lines.Text())
		if len(words) == 0 {
			continue
		}
		s.line = fmt.Sprintf("%s:%d: %s", filepath.Base(file), n, lines.Text())
		s.run(words)
	}
}

// split cuts a line into words; quotes hold words together.
func split(line string) []string {
	var words []string
	var word strings.Builder
	quoted, open := false, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted, open = !quoted, true
		case r == '#' && !quoted && !open:
			return words
		case (r == ' ' || r == '\t') && !quoted:
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

func (s *script) fail(format string, args ...any) {
	s.T.Helper()
	s.T.Fatalf(format, args...)
}

func (s *script) run(w []string) {
	switch w[0] {
	case "nodes":
		s.nodes(w[1:])
	case "agency":
		s.Nodes[w[1]].Agency(w[2], w[3], w[4])
	case "user":
		s.Nodes[w[1]].User(w[2], w[3], w[4:]...)
	case "escalate":
		c := s.Nodes[w[1]]
		s.deed(c, c.Engine.Self, []string{"people.set-escalation", "agency=@" + w[1] + "/" + w[2], "user=" + c.Who(w[3]).ID}, "")
	case "as":
		name, node, _ := strings.Cut(w[1], "@")
		s.at = s.Nodes[node]
		s.who = s.at.Who(name)
		s.names[w[1]] = s.who.ID
	case "node":
		s.at = s.Nodes[w[1]]
		s.who = s.at.Engine.Self
	case "do":
		s.deed(s.at, s.who, w[1:], "")
	case "see":
		s.see(w[1:])
	case "!":
		s.refused(w[1:])
	case "deliver":
		s.Deliver()
	case "cut":
		s.Cut(w[1], w[2])
	case "mend":
		s.Mend(w[1], w[2])
	case "tick":
		s.Tick(length(w[1]))
	case "leap":
		s.Leap(length(w[1]))
	case "verify":
		s.verify()
	case "phone", "lend", "write", "pass", "know", "hand":
		s.phone(w)
	default:
		if len(w) > 3 && w[1] == "=" && w[2] == "do" {
			s.names[w[0]] = s.deed(s.at, s.who, w[3:], "").Object
		} else if len(w) > 3 && w[1] == "=" && w[2] == "see" {
			s.names[w[0]] = s.pick(w[3:])
		} else {
			s.fail("not a line of a script")
		}
	}
}

func (s *script) nodes(ids []string) {
	for _, id := range ids {
		s.Start(id)
	}
	for i, a := range ids {
		for _, b := range ids[i+1:] {
			s.Pair(a, b)
		}
	}
}

// length reads "3d", "2h", "30m".
func length(word string) time.Duration {
	if days, ok := strings.CutSuffix(word, "d"); ok {
		word = days + "h"
		d, _ := time.ParseDuration(word)
		return d * 24
	}
	d, _ := time.ParseDuration(word)
	return d
}

// input reads key=value words into a verb's input.
func (s *script) input(c *Country, w []string) (act.Entry, any, error) {
	entry, ok := c.Engine.Verbs.Find(access.Verb(w[0]))
	if !ok {
		s.fail("no such verb: %s", w[0])
	}
	values := map[string][]string{}
	for _, pair := range w[1:] {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			s.fail("not key=value: %s", pair)
		}
		values[key] = append(values[key], s.value(value))
	}
	input, err := entry.FromValues(values, true)
	return entry, input, err
}

func (s *script) value(v string) string {
	switch {
	case strings.HasPrefix(v, "$"):
		id, ok := s.names[v[1:]]
		if !ok {
			s.fail("nothing is called %s", v)
		}
		return id
	case strings.HasPrefix(v, "@@"):
		words := strings.Split(v, ",")
		for i, w := range words {
			if agency, ok := strings.CutPrefix(w, "@@"); ok {
				node, _, _ := strings.Cut(agency, "/")
				words[i] = node + "/" + s.value("@"+agency)
			}
		}
		return strings.Join(words, ",")
	case strings.HasPrefix(v, "@"):
		node, code, _ := strings.Cut(v[1:], "/")
		return s.Nodes[node].AgencyID(code)
	case strings.HasPrefix(v, "+"):
		return s.Now().Add(length(v[1:])).Format(time.RFC3339)
	}
	return v
}

func (s *script) deed(c *Country, who access.Who, w []string, key string) act.Deed {
	entry, input, err := s.input(c, w)
	var d act.Deed
	if err == nil {
		d, err = c.Engine.Run(s.ctx(), who, entry, input, key)
	}
	if err != nil {
		s.fail("%v", err)
	}
	return d
}

// answer asks a question.
func (s *script) answer(w []string) (any, error) {
	entry, input, err := s.input(s.at, w)
	if err != nil {
		return nil, err
	}
	return s.at.Engine.Question(s.ctx(), s.who, entry, input)
}

// see checks what an answer says. Before the colon stands the question, after
// it path=value; value "" means empty, "*" anything but empty.
func (s *script) see(w []string) {
	question, wants := w, []string(nil)
	for i, word := range w {
		if word == ":" {
			question, wants = w[:i], w[i+1:]
		}
	}
	answer, err := s.answer(question)
	if err != nil {
		s.fail("%v", err)
	}
	for _, want := range wants {
		path, value, _ := strings.Cut(want, "=")
		got := at(answer, path)
		if value = s.value(value); value == "*" && got != "" || value == got {
			continue
		}
		s.fail("%s is %q, not %q", path, got, value)
	}
}

// pick names a value in an answer: k = see VERB … : path
func (s *script) pick(w []string) string {
	answer, err := s.answer(w[:len(w)-2])
	if err != nil {
		s.fail("%v", err)
	}
	return at(answer, w[len(w)-1])
}

// at finds a value in an answer by its path: "referral.state", "0.id", "fields.phone".
func at(answer any, path string) string {
	text, _ := json.Marshal(answer)
	var v any
	json.Unmarshal(text, &v)
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			var i int
			if step == "count" {
				return fmt.Sprint(len(x))
			}
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(x) {
				return ""
			}
			v = x[i]
		default:
			if step == "count" {
				return "0"
			}
			v = nil
		}
	}
	switch x := v.(type) {
	case nil:
		return ""
	case []any:
		var words []string
		for _, e := range x {
			words = append(words, fmt.Sprint(e))
		}
		return strings.Join(words, " ")
	}
	return fmt.Sprint(v)
}

// refused runs "! do …", "! see …" or "! KIND [KEY] do …" and expects a fault.
func (s *script) refused(w []string) {
	kind, key := "", ""
	for len(w) > 0 && w[0] != "do" && w[0] != "see" {
		if kind == "" {
			kind = w[0]
		} else {
			key = w[0]
		}
		w = w[1:]
	}
	var err error
	if w[0] == "see" {
		_, err = s.answer(w[1:])
	} else {
		entry, input, e := s.input(s.at, w[1:])
		if err = e; err == nil {
			_, err = s.at.Engine.Run(s.ctx(), s.who, entry, input, "")
		}
	}
	faults := fault.All(err)
	switch {
	case len(faults) == 0:
		s.fail("was not refused (%v)", err)
	case kind == "" && faults[0].Kind != fault.KindDenied && faults[0].Kind != fault.KindNotFound:
		s.fail("refused as %v, where it should look absent", faults[0])
	case kind != "" && faults[0].Kind.String() != kind, key != "" && faults[0].Key != key:
		s.fail("refused as %v", faults[0])
	}
}

// verify proves every node's ledger.
func (s *script) verify() {
	for id, c := range s.Nodes {
		s.must(c.Tick(s.ctx()))
		report, err := c.Verify(s.ctx(), nil)
		s.must(err)
		if !report.Sound() {
			s.fail("the ledger of %s: %+v", id, report.Findings)
		}
	}
}

// phones are the phones of a script, and the screenings that are on them.
type phones struct {
	phones map[string]*Phone
	chains map[string]sealed.ID
}

func (s *script) phone(w []string) {
	switch w[0] {
	case "phone":
		c := s.Nodes[w[1]]
		who := c.Who(w[3])
		post := Must(s.T, c, c.Engine.Self, screening.AddPost{Name: w[4], Place: "Darién"})
		s.phones.phones[w[2]] = c.Phone(w[2], post.Object, who)
		s.names[w[2]], s.names[w[3]] = s.phones.phones[w[2]].ID, who.ID
	case "lend":
		name, node, _ := strings.Cut(w[2], "@")
		s.phones.phones[w[1]].Officer(s.Nodes[node].Who(name))
	case "write":
		s.write(s.phones.phones[w[1]], w[2], w[3:])
	case "pass":
		s.phones.phones[w[1]].Pass(s.phones.phones[w[2]])
	case "know":
		s.phones.phones[w[1]].Knows(s.chains[w[3]], s.phones.phones[w[2]])
	case "hand":
		s.hand(s.phones.phones[w[1]], w[2:])
	}
}

// write seals a revision; a list has its words separated by commas.
func (s *script) write(p *Phone, name string, w []string) {
	if _, known := s.chains[name]; !known {
		s.chains[name] = Chain()
	}
	v := sealed.Revision{Set: map[string]any{}}
	for _, pair := range w {
		switch field, value, _ := strings.Cut(pair, "="); {
		case field == "final":
			v.Final = true
		case field == "duress":
			v.Duress = true
		case slices.Contains([]string{"citizenships", "languages", "needs", "forms", "help"}, field):
			v.Set[field] = strings.Split(value, ",")
		default:
			v.Set[field] = value
		}
	}
	p.Write(s.chains[name], v)
}

// hand delivers, and compares what the node says of each record; then every
// screening that it knows has its id under its name.
func (s *script) hand(p *Phone, wants []string) {
	var got []string
	entries := p.Deliver()
	for _, e := range entries {
		got = append(got, e.State)
	}
	if len(wants) > 0 && strings.Join(got, " ") != strings.Join(wants[1:], " ") {
		s.fail("the node says %v of %+v", got, entries)
	}
	for name, chain := range s.chains {
		s.must(p.country.DB.Read(s.ctx(), func(tx *store.Tx) error {
			id, err := store.One(tx, store.Value[string], `SELECT id FROM screening WHERE chain = $1`, chain.String())
			if err == nil {
				s.names[name] = id
			}
			return nil
		}))
	}
}

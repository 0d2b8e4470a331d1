package screening

import (
	"maps"
	"slices"
	"strings"
	"time"

	"istmo/fault"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/vault"
)

// revision is one link of a screening's chain.
type revision struct {
	id        string
	screening string
	parents   []string // the revisions that its writer knew last
	state     string
	why       string
	device    string // empty at the desk
	officer   string
	fields    []string
	at        time.Time // by the device's clock
	sealed    []byte    // kept only while it waits or is held
}

// receive stores a revision and applies it, or lets it wait for what it builds on.
// What waited for it is applied after it. What calls a team never waits: the phone
// with the part before it may be lost.
func (s *Screening) receive(tx *store.Tx, r *revision, v sealed.Revision, record sealed.Record) error {
	chain, err := s.chainOf(tx)
	if err != nil {
		return err
	}
	switch {
	case r.why != "":
		r.state, r.sealed = Held, record.Sealed
	case !chain.has(r.parents) && !urgent(v):
		r.state, r.why, r.sealed = Waiting, "screening.waits-for-another", record.Sealed
	}
	if err := r.insert(tx, record.Rev); err != nil {
		return err
	}
	if r.state != Taken {
		return s.update(tx)
	}
	return s.apply(tx, chain, *r, v)
}

// urgent reports whether a revision calls a team.
func urgent(v sealed.Revision) bool {
	outcome := strings.Join(wordsOf(v.Set["outcome"]), "")
	return len(wordsOf(v.Set["help"])) > 0 || outcome != "" && outcome != "none"
}

// links are the revisions of a screening, by id.
type links map[string]revision

func (s *Screening) chainOf(tx *store.Tx) (links, error) {
	all, err := store.All(tx, (*revision).columns, selectRevision+` WHERE screening = $1`, s.ID)
	chain := links{}
	for _, r := range all {
		chain[r.id] = r
	}
	return chain, err
}

// has reports whether all these revisions have been applied.
func (l links) has(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return l[id].state != Taken })
}

// known is everything that the writer of a revision can have seen: its parents,
// and theirs.
func (l links) known(parents []string) map[string]bool {
	seen := map[string]bool{}
	for todo := slices.Clone(parents); len(todo) > 0; {
		id := todo[0]
		if todo = todo[1:]; !seen[id] {
			seen[id] = true
			todo = append(todo, l[id].parents...)
		}
	}
	return seen
}

// heads are the revisions that nothing builds on yet.
func (l links) heads() []string {
	built := map[string]bool{}
	for _, r := range l {
		if r.state == Taken {
			for _, p := range r.parents {
				built[p] = true
			}
		}
	}
	var heads []string
	for id, r := range l {
		if r.state == Taken && !built[id] {
			heads = append(heads, id)
		}
	}
	slices.Sort(heads)
	return heads
}

// apply sets what a revision sets, then whatever waited for it.
func (s *Screening) apply(tx *store.Tx, chain links, r revision, v sealed.Revision) error {
	r.state = Taken
	chain[r.id] = r
	if err := s.merge(tx, chain, r, v.Set); err != nil {
		return err
	}
	s.Final = s.Final || v.Final
	s.Duress = s.Duress || v.Duress
	s.List, s.Post = or(v.List, s.List), or(v.Post, s.Post)
	if err := s.refresh(tx); err != nil {
		return err
	}
	if err := s.recognise(tx); err != nil {
		return err
	}
	return s.replay(tx, chain)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// replay applies what waited and waits no longer.
func (s *Screening) replay(tx *store.Tx, chain links) error {
	for _, r := range chain {
		if r.state != Waiting || !chain.has(r.parents) {
			continue
		}
		return s.take(tx, chain, r) // and so on, from there
	}
	return nil
}

// take applies a revision that was kept sealed.
func (s *Screening) take(tx *store.Tx, chain links, r revision) error {
	v, err := r.open(tx)
	if err != nil {
		return err
	}
	if err := r.become(tx, Taken); err != nil {
		return err
	}
	return s.apply(tx, chain, r, v)
}

// open opens a revision that was kept sealed.
func (r revision) open(tx *store.Tx) (v sealed.Revision, err error) {
	record := sealed.Record{Sealed: r.sealed}
	name, n, _ := strings.Cut(r.id, ":")
	if record.Session, err = sealed.ParseID(name); err != nil {
		return v, err
	}
	var chain string
	if err := tx.Get([]any{&chain, &record.Rev}, `SELECT s.chain, r.rev FROM screening_revision r JOIN screening s ON s.id = r.screening WHERE r.id = $1`, r.id); err != nil {
		return v, err
	}
	if record.Chain, err = sealed.ParseID(chain); err != nil {
		return v, err
	}
	record.N = number(n)
	se, err := sessionOf(tx, record.Session, sealed.Session{})
	if err != nil {
		return v, err
	}
	_, _, secret, _, err := officer(tx, se.credential)
	if err != nil {
		return v, err
	}
	return sealed.Open(se.secret, secret, record)
}

// value is what a field holds, and which revision set it.
type value struct {
	field string
	words []string
	setBy string
}

// merge sets fields. A field that somebody set whom the writer had not read keeps
// its value, and the other is kept beside it: a person decides. What was set by
// somebody who had read this revision, and came before it, stands.
func (s *Screening) merge(tx *store.Tx, chain links, r revision, set map[string]any) error {
	known, id := chain.known(r.parents), r.id
	values, err := s.values(tx)
	if err != nil {
		return err
	}
	secrets, contested, err := s.beside(tx)
	if err != nil {
		return err
	}
	keep := map[string]string{}
	var rows []value
	for _, field := range slices.Sorted(maps.Keys(set)) {
		words := wordsOf(set[field])
		was, there := values[field]
		if field == "help" { // a phone cannot read what was called for before, and means no less
			words = union(was.words, words)
		}
		coded := clear(field, words)
		text := strings.TrimSpace(strings.Join(words, " "))
		same := there && (len(was.words) > 0 && coded && slices.Equal(was.words, strings.Fields(text)) || len(was.words) == 0 && !coded && secrets[field] == text)
		switch {
		case same || there && chain.known(chain[was.setBy].parents)[id]:
			continue
		case there && !known[was.setBy]:
			err = s.conflict(tx, field, coded, text, id, keep)
		default:
			s.note(field, or(strings.Join(was.words, " "), secrets[field]), text)
			rows = append(rows, s.set(field, coded, text, id, secrets, keep))
			err = settled(tx, s.ID, field, contested[field], known, id)
		}
		if err != nil {
			return err
		}
	}
	if err := insertValues(tx, s.ID, rows); err != nil || len(keep) == 0 {
		return err
	}
	return vault.Put(tx, s.subject, keep)
}

// beside is what is sealed of a screening, and whose other values its fields have. A
// new one has neither.
func (s *Screening) beside(tx *store.Tx) (secrets map[string]string, contested map[string][]string, err error) {
	contested = map[string][]string{}
	if s.fresh && len(s.kept) == 0 {
		return nil, contested, nil
	}
	if secrets, err = vault.Get(tx, s.subject); err != nil {
		return nil, nil, err
	}
	open, err := s.conflicts(tx)
	for _, c := range open {
		contested[c.Field] = append(contested[c.Field], c.Revision)
	}
	return secrets, contested, err
}

// union is a, and what b adds.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, w := range b {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// set gives a field its value: codes in clear, anything else to be sealed.
func (s *Screening) set(field string, coded bool, text, id string, secrets, keep map[string]string) value {
	v := value{field: field, setBy: id}
	if coded {
		v.words = strings.Fields(text)
	}
	if !coded || secrets[field] != "" { // what stood there sealed because it was no code goes
		keep[field] = text
		if coded {
			keep[field] = ""
		}
	}
	s.kept[field] = v
	return v
}

func (s *Screening) conflict(tx *store.Tx, field string, coded bool, text, id string, keep map[string]string) error {
	if !coded {
		keep[other(field, id)] = text
		text = ""
	}
	_, err := tx.Exec(`INSERT INTO screening_conflict (id, screening, field, value, set_by, settled_at, settled_by) VALUES ($1, $2, $3, $4, $5, '', '')`,
		tx.NewID("cfl"), s.ID, field, text, id)
	return err
}

// delta is what a field held, and what it holds now.
type delta struct{ was, now string }

func (s *Screening) note(field, was, now string) {
	if s.changed == nil {
		s.changed = map[string]delta{}
	}
	if before, there := s.changed[field]; there {
		was = before.was
	}
	s.changed[field] = delta{was, now}
}

// other names the sealed value that another revision gave a field.
func other(field, revision string) string { return field + "~" + revision }

// settled closes the conflicts of a field whose other value the writer had read
// when they set it anew.
func settled(tx *store.Tx, screening, field string, others []string, known map[string]bool, by string) error {
	for _, id := range others {
		if !known[id] {
			continue
		}
		if _, err := tx.Exec(`UPDATE screening_conflict SET settled_at = $4, settled_by = $5 WHERE screening = $1 AND field = $2 AND set_by = $3`,
			screening, field, id, tx.Now, by); err != nil {
			return err
		}
	}
	return nil
}

func wordsOf(given any) []string {
	switch v := given.(type) {
	case string:
		if v == "" {
			return nil
		}
		return []string{v}
	case []any:
		var words []string
		for _, w := range v {
			if text, is := w.(string); is {
				words = append(words, text)
			}
		}
		return words
	case []string:
		return v
	}
	return nil
}

// refresh lays the codes into the screening's own row, where they are listed and
// counted.
func (s *Screening) refresh(tx *store.Tx) error {
	values, err := s.values(tx)
	if err != nil {
		return err
	}
	one := func(field, otherwise string) string {
		if words := values[field].words; len(words) > 0 {
			return words[0]
		}
		return otherwise
	}
	s.Sex, s.AgeBand = one("sex", "unknown"), one("age_band", "unknown")
	s.AgeInDoubt = one("age_in_doubt", "no") == "yes"
	s.Citizenships, s.Languages, s.Help = values["citizenships"].words, values["languages"].words, values["help"].words
	s.Company, s.Outcome = one("company", ""), one("outcome", "")
	s.StartedAt, s.FinishedAt = moment(one("started_at", ""), tx.Now), moment(one("finished_at", ""), tx.Now)
	return s.update(tx)
}

// moment reads a time of a device, the zero time if it is none.
func moment(text string, now time.Time) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return plausible(t, now)
}

// plausible takes a device's clock at its word, unless it says what cannot be:
// phones that were off for long begin in 1970.
func plausible(t, now time.Time) time.Time {
	if t.Year() < 2020 || t.After(now.AddDate(0, 0, 1)) {
		return now
	}
	return t.UTC()
}

// values are the fields as they stand, read once for a command.
func (s *Screening) values(tx *store.Tx) (map[string]value, error) {
	if s.kept != nil {
		return s.kept, nil
	}
	s.kept = map[string]value{}
	if s.fresh {
		return s.kept, nil
	}
	var v value
	err := tx.Each([]any{&v.field, &v.words, &v.setBy}, func() error {
		s.kept[v.field] = v
		v = value{}
		return nil
	}, `SELECT field, value, set_by FROM screening_value WHERE screening = $1`, s.ID)
	if err != nil {
		return nil, fault.Internal("screening: values", err)
	}
	return s.kept, nil
}

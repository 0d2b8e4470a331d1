package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"istmo/access"
	"istmo/cases/htcds"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Fate is what becomes of a record that is brought.
type Fate string

// The fates. Only the first changes anything.
const (
	Imported  Fate = "imported"  // the person is new here
	Unchanged Fate = "unchanged" // the file says what it said when it came, or what stands here now
	Conflict  Fate = "conflict"  // the person is here and their file says something else: somebody decides
	Elsewhere Fate = "elsewhere" // the person is with a colleague, and nothing is compared
	Gone      Fate = "erased"    // the person was erased here, and stays so
)

// What the vault keeps of a record: with the person, what has no home in their
// file; in its index, under which number or content their agency knows it, or
// knew it before they were erased.
const (
	keptField   = "htcds"
	recordIndex = "htcds"
	erasedIndex = "htcds.erased"
)

// kept is what stays, sealed, of a record that became a person's file.
type kept struct {
	Key    string       `json:"key"`    // by which the same record is known again
	Digest string       `json:"digest"` // of the record as it came
	Rest   htcds.Record `json:"rest"`
}

// arrival is a record that is brought, and the person whom it is about.
type arrival struct {
	Person
	fate    Fate
	record  htcds.Record
	differs []string // columns, for a conflict
}

// arrive finds out whom a record is about in the agency of who brings it. A
// person is known again by the record's own number, by its content where it has
// none, or by the reference under which this agency has exported it.
func arrive(tx *store.Tx, who access.Who, r htcds.Record) (arrival, error) {
	a := arrival{record: r, Person: Person{Agency: who.Agency}}
	p, err := whose(tx, who.Agency, r)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return a, a.fresh(tx, who)
	case err != nil:
		return a, err
	}
	a.Person = p
	switch {
	case !p.ErasedAt.IsZero():
		a.fate = Gone
	case !slices.Contains(p.assigned, who.ID):
		a.fate = Elsewhere
	default:
		return a, a.compare(tx)
	}
	return a, nil
}

// fresh makes the person of a record that nobody here knows, unless somebody did
// before they were erased.
func (a *arrival) fresh(tx *store.Tx, who access.Who) error {
	gone, err := vault.Match(tx, erasedIndex, who.Agency+"\x00"+a.record.Key())
	if err != nil || len(gone) > 0 {
		a.fate = Gone
		return err
	}
	a.fate = Imported
	a.Person = Person{ID: tx.NewID("per"), Ref: newRef(who.Node), Agency: who.Agency, Origin: "import",
		CreatedAt: tx.Now, CreatedBy: who.ID, assigned: []string{who.ID}}
	described(a.record, tx.Now).into(&a.Person)
	return nil
}

// compare tells the same record from a changed one.
func (a *arrival) compare(tx *store.Tx) error {
	now, k, err := recordOf(tx, a.Person)
	if err != nil {
		return err
	}
	a.fate = Unchanged
	if a.differs = htcds.Differ(a.record, now); len(a.differs) > 0 && a.record.Digest() != k.Digest {
		a.fate = Conflict
	}
	return nil
}

// whose finds the person of an agency that a record is about, or nobody.
func whose(tx *store.Tx, agency string, r htcds.Record) (Person, error) {
	ids, err := vault.Match(tx, recordIndex, agency+"\x00"+r.Key())
	if err != nil {
		return Person{}, err
	}
	if len(ids) > 0 {
		return Find(tx, ids[0])
	}
	id, err := store.One(tx, store.Value[string], `SELECT id FROM person WHERE ref = $1 AND agency = $2`, r.Extensions[htcds.PersonID], agency)
	if err != nil {
		return Person{}, err
	}
	return Find(tx, id)
}

// recordOf is a person as a record, and what was kept of the one that came.
func recordOf(tx *store.Tx, p Person) (htcds.Record, kept, error) {
	sealed, err := vault.Get(tx, p.ID)
	if err != nil {
		return htcds.Record{}, kept{}, err
	}
	k := kept{Rest: htcds.NewRecord()}
	if text := sealed[keptField]; text != "" {
		if err := json.Unmarshal([]byte(text), &k); err != nil {
			return htcds.Record{}, k, fault.Internal("cases: what was kept of a record", err)
		}
	}
	r := restored(k.Rest, p, sealed)
	if r.Extensions[htcds.PersonID] == "" && r.Extensions[htcds.CaseID] == "" && r.Digest() != k.Digest {
		r.Extensions[htcds.PersonID] = p.Ref // by which it is known again if it comes back
	}
	return r, k, nil
}

// take carries an arrival out: it stores the person who is new, says what stands
// against the others, and changes none of them.
func (a arrival) take(tx *store.Tx, who access.Who) error {
	switch a.fate {
	case Imported:
		return a.keep(tx, who)
	case Unchanged:
		return nil
	}
	return fault.Conflict("records." + string(a.fate))
}

func (a arrival) keep(tx *store.Tx, who access.Who) error {
	if err := a.Person.insert(tx); err != nil {
		return err
	}
	if err := vault.Put(tx, a.ID, identified(a.record)); err != nil { // and compared later, with all the others: see Compare
		return err
	}
	k := kept{Key: a.record.Key(), Digest: a.record.Digest(), Rest: remainder(a.record)}
	text, err := json.Marshal(k)
	if err != nil {
		return fault.Internal("cases: keep a record", err)
	}
	if err := vault.Put(tx, a.ID, map[string]string{keptField: string(text)}); err != nil {
		return err
	}
	if err := vault.Index(tx, a.ID, recordIndex, a.Agency+"\x00"+k.Key); err != nil {
		return err
	}
	return assign(tx, a.ID, who.ID, who.ID)
}

// forgetRecord leaves, of a record whose person is being erased, the keyed hash
// by which it is not taken in again; nothing leads from it to what is left of
// the person.
func forgetRecord(tx *store.Tx, p Person) error {
	if p.Origin != "import" {
		return nil
	}
	_, k, err := recordOf(tx, p)
	if err != nil {
		return err
	}
	return vault.Index(tx, vault.Node, erasedIndex, p.Agency+"\x00"+k.Key)
}

// ImportRecord takes in one HTCDS record, given as a JSON object, as a person of
// the agency of who brings it. Bringing it again changes nothing; one that says
// something else than the person's file is a conflict.
type ImportRecord struct {
	Record string `json:"record"`
}

// Verb names it.
func (ImportRecord) Verb() access.Verb { return "cases.import-record" }

// Find reads the record, which must be free of errors, and finds its person.
func (c ImportRecord) Find(tx *store.Tx, who access.Who) (arrival, error) {
	var found []htcds.Row
	for row, err := range htcds.Read(context.Background(), strings.NewReader(c.Record), htcds.Lines, nil) {
		if err != nil {
			return arrival{}, err
		}
		found = append(found, row)
	}
	if len(found) != 1 {
		return arrival{}, fault.Invalid("record", "records.one")
	}
	var wrong fault.List
	for _, p := range found[0].Problems {
		if p.Severity == htcds.Error {
			wrong = append(wrong, p.Fault)
		}
	}
	if wrong != nil {
		return arrival{}, wrong
	}
	return arrive(tx, who, found[0].Record)
}

// Do stores the person, seals what tells who they are, and assigns who brought
// the record.
func (c ImportRecord) Do(tx *store.Tx, who access.Who, a arrival) error { return a.take(tx, who) }

// ExportRecord opens a person's file as an HTCDS record.
type ExportRecord struct{ On }

// Exported is a person as HTCDS says it: the JSON object that ImportRecord takes.
type Exported struct {
	Record string `json:"record"`
	record htcds.Record
}

// Verb names it.
func (ExportRecord) Verb() access.Verb { return "cases.export-record" }

// Answer gathers it.
func (ExportRecord) Answer(tx *store.Tx, who access.Who, p Person) (Exported, error) {
	r, _, err := recordOf(tx, p)
	if err != nil {
		return Exported{}, err
	}
	var text strings.Builder
	w, err := htcds.NewWriter(&text, htcds.Lines, nil)
	if err == nil {
		err = w.Write(r)
	}
	return Exported{strings.TrimSpace(text.String()), r}, err
}

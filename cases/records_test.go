package cases_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cases/htcds"
	"istmo/fault"
	"istmo/store"
	"istmo/testkit"
	"istmo/vault"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// office is a node with two agencies; nobody in it exists.
type office struct {
	testing.TB
	*testkit.Country
	world     *testkit.World
	ana, beto access.Who // case workers of one agency
	rosa      access.Who // and one of another
}

func newOffice(t testing.TB) *office {
	w := testkit.NewWorld(t)
	o := &office{TB: t, Country: w.Start("PA"), world: w}
	o.Agency("uia", "response-team", "Unidad (ficticia)")
	o.Agency("casa", "shelter", "Casa Azul (ficticia)")
	o.ana = o.User("ana", "uia", "case-worker")
	o.beto = o.User("beto", "uia", "case-worker")
	o.rosa = o.User("rosa", "casa", "case-worker")
	return o
}

func (o *office) bring(who access.Who, text string, f htcds.Format) cases.Import {
	o.Helper()
	c, err := cases.ImportFile(context.Background(), o.Engine, who, strings.NewReader(text), f, nil)
	if err != nil {
		o.Fatal(err)
	}
	return c
}

func (o *office) carry(who access.Who, f htcds.Format) string {
	o.Helper()
	var b bytes.Buffer
	if _, err := cases.ExportFile(context.Background(), o.Engine, who, &b, f, nil); err != nil {
		o.Fatal(err)
	}
	return b.String()
}

func (o *office) people(who access.Who) []string {
	o.Helper()
	ids, err := act.Ask(context.Background(), o.Engine, who, cases.Own{})
	if err != nil {
		o.Fatal(err)
	}
	return ids
}

func (o *office) open(who access.Who, id string) cases.File {
	o.Helper()
	f, err := act.Look(context.Background(), o.Engine, who, cases.Open{On: cases.On{Person: id}})
	if err != nil {
		o.Fatal(err)
	}
	return f
}

// deeds counts the lines of the ledger for a verb and an outcome.
func (o *office) deeds(verb, outcome string) (n int64) {
	o.Helper()
	o.read(func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry WHERE verb = $1 AND outcome LIKE $2`, verb, outcome+"%")
		return err
	})
	return n
}

func (o *office) read(f func(*store.Tx) error) {
	o.Helper()
	if err := o.DB.Read(context.Background(), f); err != nil {
		o.Fatal(err)
	}
}

const head = "prs_ID,prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,prs_Citizenship,prs_PrimaryLanguage,prs_MobilePhone,prs_IdentityNumber,vic_TypeOfExploitation,vic_TraffickingStatus,con_Consent\n"

const marta = "7,Marta,Ficticia,2001-02-03,Feminine,COL;VE,spa,+50760000000,CC 123,ForcedLabour;ForcedCriminality,ActualVictimOfTrafficking,true\n"

func TestARecordBecomesAPerson(t *testing.T) {
	o := newOffice(t)
	if c := o.bring(o.ana, head+marta, htcds.CSV); c.Imported != 1 || c.Rows != 1 {
		t.Fatalf("%+v", c)
	}
	f := o.open(o.ana, o.people(o.ana)[0])
	p := f.Person
	got := fmt.Sprintln(p.Agency == o.ana.Agency, p.Sex, p.AgeBand, p.AgeInDoubt, p.Citizenships, p.Languages, p.Forms, p.Origin, p.OriginID, f.Assigned[0] == o.ana.ID)
	if want := "true female 21-29 false [CO VE] [es] [labour criminality] import  true\n"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	want := map[string]string{"given_names": "Marta", "family_names": "Ficticia", "birth_date": "2001-02-03", "document": "CC 123", "phone": "+50760000000"}
	if diff := cmp.Diff(want, f.Sealed); diff != "" {
		t.Error(diff)
	}
	// What somebody elsewhere decided or recorded is evidence, and nothing more.
	if len(f.Statuses) > 0 || len(f.Consents) > 0 {
		t.Errorf("a file made %d statuses and %d consents", len(f.Statuses), len(f.Consents))
	}
	if out := o.carry(o.ana, htcds.Lines); !strings.Contains(out, "ActualVictimOfTrafficking") || !strings.Contains(out, `"con_Consent":true`) {
		t.Errorf("the evidence is not in %s", out)
	}
}

func TestAges(t *testing.T) {
	o := newOffice(t) // on 9 November 2026
	for _, tt := range []struct {
		birth, estimated, band string
		doubt, child           bool
	}{
		{"2020-01-01", "", "0-8", false, true}, {"2008-11-10", "", "9-17", false, true}, {"2008-11-09", "", "18-20", false, false},
		{"2008", "", "9-17", true, true}, {"2007-06-01", "true", "18-20", true, true}, {"1970", "", "48-64", false, false},
		{"1950-01-01", "", "65+", false, false}, {"2030-01-01", "", "unknown", false, false}, {"", "", "unknown", false, false},
	} {
		r := htcds.NewRecord()
		r.Set("prs_FirstName", "Ficticia "+tt.birth+tt.estimated)
		r.Set("prs_Birthdate", tt.birth)
		if tt.estimated != "" {
			r.Extensions[htcds.BirthdateEstimated] = tt.estimated
		}
		o.bring(o.ana, write(t, htcds.JSON, r), htcds.JSON)
		ids := o.people(o.ana)
		p := o.open(o.ana, ids[len(ids)-1]).Person
		if p.AgeBand != tt.band || p.AgeInDoubt != tt.doubt || p.Child() != tt.child {
			t.Errorf("%+v: %s, in doubt %v, child %v", tt, p.AgeBand, p.AgeInDoubt, p.Child())
		}
	}
}

func write(t testing.TB, f htcds.Format, records ...htcds.Record) string {
	t.Helper()
	var b bytes.Buffer
	source := func() iter.Seq2[htcds.Record, error] {
		return func(yield func(htcds.Record, error) bool) {
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	if err := htcds.Export(context.Background(), &b, f, source, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A correction is what leaves; what we have no place for leaves as it came.
func TestACorrectionIsWhatLeaves(t *testing.T) {
	o := newOffice(t)
	r := htcds.NewRecord()
	for field, value := range map[string]string{"prs_FirstName": "Marta", "prs_MiddleName": "Luz", "prs_Gender": "TransgenderFeminine",
		"prs_Citizenship": "COL;Atlantis", "prs_PrimaryLanguage": "emp", "prs_HomePhone": "+50760000000", "prs_MailingCity": "Turbo",
		"prs_MailingCountry": "CO", "vic_TypeOfExploitation": "Servitude", "vic_MethodsOfControl": "DebtBondage"} {
		r.Set(field, value)
	}
	o.bring(o.ana, write(t, htcds.JSON, r), htcds.JSON)
	id := o.people(o.ana)[0]
	on := cases.On{Person: id}
	f := o.open(o.ana, id)
	if got := fmt.Sprintln(f.Person.Sex, f.Person.Citizenships, f.Person.Languages, f.Person.Forms, f.Sealed["given_names"], f.Sealed["phone"], f.Sealed["address"]); got != "other [CO] [] [slavery] Marta Luz +50760000000 Turbo, CO\n" {
		t.Fatal(got)
	}
	same := cases.Attributes{Sex: "other", Citizenships: []string{"CO"}, Forms: []string{"slavery"}}
	testkit.Must(t, o.Country, o.ana, cases.Describe{On: on, Attributes: same})
	testkit.Must(t, o.Country, o.ana, cases.Identify{On: on, Identity: cases.Identity{GivenNames: "Marta Luz"}})
	if got := o.record(id); cmp.Diff(r, got) != "" {
		t.Fatalf("saying the same again changed what leaves: %s", cmp.Diff(r, got))
	}
	testkit.Must(t, o.Country, o.ana, cases.Describe{On: on, Attributes: cases.Attributes{Sex: "male", Citizenships: []string{"VE", "CO"}, Languages: []string{"es"}, Forms: []string{"domestic", "begging"}}})
	testkit.Must(t, o.Country, o.ana, cases.Identify{On: on, Identity: cases.Identity{GivenNames: "María Luz", Phone: "+50761111111", Address: "Refugio"}})
	want := r.Clone()
	for field, value := range map[string]string{"prs_FirstName": "María Luz", "prs_MiddleName": "", "prs_Gender": "Masculine",
		"prs_Citizenship": "COL;Atlantis;VE", "prs_SecondaryLanguage": "spa", "prs_HomePhone": "+50761111111", "prs_MailingStreet": "Refugio",
		"prs_MailingCity": "", "prs_MailingCountry": "", "vic_TypeOfExploitation": "Servitude;ForcedBegging"} {
		want.Set(field, value)
	}
	want.Extensions[htcds.PersonID] = f.Person.Ref
	if diff := cmp.Diff(want, o.record(id)); diff != "" {
		t.Error(diff)
	}
	// Both what the sender has and what we sent back are known again.
	for name, again := range map[string]htcds.Record{"as it came": r, "as it left": want} {
		if c := o.bring(o.ana, write(t, htcds.JSON, again), htcds.JSON); c.Unchanged != 1 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func (o *office) record(id string) htcds.Record {
	o.Helper()
	x, err := act.Look(context.Background(), o.Engine, o.ana, cases.ExportRecord{On: cases.On{Person: id}})
	if err != nil {
		o.Fatal(err)
	}
	return readAll(o, x.Record, htcds.Lines)[0]
}

func readAll(t testing.TB, text string, f htcds.Format) (all []htcds.Record) {
	t.Helper()
	for row, err := range htcds.Read(context.Background(), strings.NewReader(text), f, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if !row.Header {
			all = append(all, row.Record)
		}
	}
	return all
}

// anyRecord draws records that can be imported: codes, dates and numbers that
// are right, and texts of every kind where texts belong.
func anyRecord() *rapid.Generator[htcds.Record] {
	all := htcds.Fields()
	text := rapid.OneOf(rapid.StringMatching(`[ -~áéñü]{1,12}`),
		rapid.SampledFrom([]string{"=1+1", "'", "a;b", "x\ny", "\"", ",", "true", "Other", "ForcedCriminality", "PA-2222-2222", "<&>"}))
	return rapid.Custom(func(t *rapid.T) htcds.Record {
		r := htcds.NewRecord()
		for range rapid.IntRange(1, 25).Draw(t, "values") {
			f := rapid.SampledFrom(all).Draw(t, "field")
			n := 0
			if slices.Contains([]string{htcds.Event, htcds.Plan, htcds.Consent, htcds.Comment, htcds.Organisation}, f.Table) {
				n = rapid.IntRange(0, 2).Draw(t, "section")
			}
			for len(r.Tables[f.Table]) <= n {
				r.Tables[f.Table] = append(r.Tables[f.Table], htcds.Section{})
			}
			r.Tables[f.Table][n][f.Name] = anyValue(t, f, text)
		}
		for range rapid.IntRange(0, 2).Draw(t, "extensions") {
			r.Extensions["x."+rapid.StringMatching(`[a-z]{1,6}`).Draw(t, "name")] = text.Draw(t, "extension")
		}
		if rapid.Bool().Draw(t, "numbered") {
			r.Extensions[htcds.PersonID] = rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "number")
		}
		htcds.Settle(0, r)
		return r
	}).Filter(func(r htcds.Record) bool { return len(r.Tables) > 0 && importable(r) })
}

func anyValue(t *rapid.T, f htcds.Field, text *rapid.Generator[string]) string {
	switch {
	case f.Type == htcds.Date:
		return rapid.SampledFrom([]string{"2001-02-03", "2010", "1999-12", "2026-01-01"}).Draw(t, "date")
	case f.Type == htcds.Number:
		return rapid.SampledFrom([]string{"0", "7", "007", "40"}).Draw(t, "count")
	case f.Type == htcds.Checkbox:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "tick")
	case f.Type == htcds.Geolocation:
		return rapid.SampledFrom([]string{"8.5", "-77.98", "1.50"}).Draw(t, "degrees")
	case f.List == "ISO-639-2":
		return rapid.SampledFrom([]string{"spa", "es", "eng", "emp", "cuk", "fre", "español"}).Draw(t, "language")
	case f.List != "":
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"CO", "COL", "VE", "PA", "Atlantis"}), 1, 3).Draw(t, "countries"), ";")
	case f.Type == htcds.Multiselect:
		return strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(append(f.Allowed, "otra")), 1, 3, rapid.ID).Draw(t, "codes"), ";")
	case len(f.Allowed) > 0:
		return rapid.OneOf(rapid.SampledFrom(f.Allowed), text).Draw(t, "code")
	}
	return text.Draw(t, "text")
}

func importable(r htcds.Record) bool {
	var b bytes.Buffer
	w, err := htcds.NewWriter(&b, htcds.Lines, nil)
	if err != nil || w.Write(r) != nil {
		return false
	}
	for row, err := range htcds.Read(context.Background(), &b, htcds.Lines, nil) {
		if err != nil || row.Blocked() {
			return false
		}
	}
	return true
}

// Whatever comes in leaves exactly so, through the whole node, and coming again
// changes nothing.
func TestExportAfterImportIsIdentity(t *testing.T) {
	o := newOffice(t)
	var brought []htcds.Record
	seen := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRecord().Filter(func(r htcds.Record) bool { return !seen[r.Key()] }).Draw(rt, "record")
		seen[r.Key()] = true
		c := o.bring(o.ana, write(t, htcds.Lines, r), htcds.Lines)
		if c.Imported != 1 {
			rt.Fatalf("%+v", c)
		}
		brought = append(brought, r)
		ids := o.people(o.ana)
		if diff := cmp.Diff(r, o.record(ids[len(ids)-1])); diff != "" {
			rt.Fatal(diff)
		}
	})
	for _, f := range []htcds.Format{htcds.CSV, htcds.JSON, htcds.Lines} {
		text := o.carry(o.ana, f)
		if diff := cmp.Diff(brought, readAll(t, text, f)); diff != "" {
			t.Errorf("%s: %.2000s", f, diff)
		}
		if c := o.bring(o.ana, text, f); c.Unchanged != int64(len(brought)) || c.Rows != c.Unchanged {
			t.Errorf("%s brought again: %+v", f, c)
		}
	}
	if n := len(o.people(o.ana)); n != len(brought) {
		t.Errorf("%d people of %d records", n, len(brought))
	}
}

// Of several that contradict each other the first wins, in every way a file can
// be brought twice; nothing is written over.
func TestBringingAgain(t *testing.T) {
	o := newOffice(t)
	file := head + marta + strings.Replace(marta, "7,", "8,", 1) + strings.Replace(marta, "Marta", "Otra", 1) + marta
	first := o.bring(o.ana, file, htcds.CSV)
	if got := counts(first); got != "rows 4 imported 2 unchanged 1 conflicts 1 elsewhere 0 erased 0 blocked 0" {
		t.Errorf("the first time: %s", got)
	}
	before, deeds := o.rows(), o.deeds("cases.import-record", "")
	again := o.bring(o.ana, file, htcds.CSV)
	if got := counts(again); got != "rows 4 imported 0 unchanged 3 conflicts 1 elsewhere 0 erased 0 blocked 0" {
		t.Errorf("again: %s", got)
	}
	if diff := cmp.Diff(before, o.rows()); diff != "" {
		t.Errorf("bringing it again changed rows: %s", diff)
	}
	if n := o.deeds("cases.import-record", "") - deeds; n != 1 || o.deeds("cases.import-record", "refused:conflict") != 2 {
		t.Errorf("%d further deeds", n)
	}
	told := again.Told
	if len(told) != 1 || told[0].Row != 4 || told[0].Key != "records.conflict" || !slices.Equal(told[0].Differs, []string{"prs_FirstName"}) || !slices.Contains(o.people(o.ana), told[0].Person) {
		t.Errorf("%+v", told)
	}
	// A colleague learns that the person is here, and nothing is compared; another
	// agency brings whom it likes, and gets files of its own.
	if got := counts(o.bring(o.beto, file, htcds.CSV)); got != "rows 4 imported 0 unchanged 0 conflicts 0 elsewhere 4 erased 0 blocked 0" {
		t.Errorf("a colleague: %s", got)
	}
	if got := counts(o.bring(o.rosa, head+marta, htcds.CSV)); got != "rows 1 imported 1 unchanged 0 conflicts 0 elsewhere 0 erased 0 blocked 0" {
		t.Errorf("another agency: %s", got)
	}
}

func counts(c cases.Import) string {
	return fmt.Sprintf("rows %d imported %d unchanged %d conflicts %d elsewhere %d erased %d blocked %d",
		c.Rows, c.Imported, c.Unchanged, c.Conflicts, c.Elsewhere, c.Erased, c.Blocked)
}

// rows is every row about people, as it is kept.
func (o *office) rows() map[string][]string {
	o.Helper()
	all := map[string][]string{}
	o.read(func(tx *store.Tx) error {
		for _, table := range []string{"person", "person_assignment", "person_status", "person_consent", "vault_key", "vault_field", "vault_index", "vault_erased"} {
			columns, err := tx.Columns(table)
			if err != nil {
				return err
			}
			for row, err := range tx.Rows(table, columns) {
				if err != nil {
					return err
				}
				all[table] = append(all[table], fmt.Sprintf("%q", row))
			}
			slices.Sort(all[table])
		}
		return nil
	})
	return all
}

// Somebody erased stays erased: the file that once told of them brings nobody
// back, and nothing leads from what is kept for it to their codes.
func TestTheErasedDoNotComeBack(t *testing.T) {
	o := newOffice(t)
	o.bring(o.ana, head+marta, htcds.CSV)
	id := o.people(o.ana)[0]
	testkit.Must(t, o.Country, o.ana, cases.Erase{On: cases.On{Person: id}})
	c := o.bring(o.ana, head+marta, htcds.CSV)
	if c.Erased != 1 || len(o.people(o.ana)) != 0 || c.Told[0].Key != "records.erased" || c.Told[0].Person != "" {
		t.Errorf("%+v", c)
	}
	o.read(func(tx *store.Tx) error {
		p, err := cases.Find(tx, id)
		if p.OriginID != "" {
			t.Error("their codes still say which record they came from")
		}
		return err
	})
	if out := o.carry(o.ana, htcds.Lines); out != "" {
		t.Errorf("they left: %s", out)
	}
	if _, err := act.Look(context.Background(), o.Engine, o.ana, cases.ExportRecord{On: cases.On{Person: id}}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("got %v", err)
	}
}

// Whoever was met here leaves with the reference as number, and is known by it.
func TestSomebodyMetHereIsKnownAgain(t *testing.T) {
	o := newOffice(t)
	id := testkit.Must(t, o.Country, o.ana, cases.Register{Place: "Lajas Blancas", Attributes: cases.Attributes{Sex: "female", Languages: []string{"es", "ht"}, Citizenships: []string{"HT"}},
		Identity: cases.Identity{GivenNames: "Rosa", FamilyNames: "Ficticia"}}).Object
	text := o.carry(o.ana, htcds.CSV)
	if !strings.Contains(text, o.open(o.ana, id).Person.Ref) {
		t.Errorf("no reference in %s", text)
	}
	if c := o.bring(o.ana, text, htcds.CSV); c.Unchanged != 1 || len(o.people(o.ana)) != 1 {
		t.Errorf("%+v", c)
	}
	changed := strings.Replace(text, "Rosa", "Otra", 1)
	if c := o.bring(o.ana, changed, htcds.CSV); c.Conflicts != 1 || o.open(o.ana, id).Sealed["given_names"] != "Rosa" {
		t.Errorf("%+v", c)
	}
	if c := o.bring(o.rosa, text, htcds.CSV); c.Imported != 1 {
		t.Errorf("for another agency: %+v", c)
	}
}

// Whoever may not learns it before anything is read, and it is in the ledger.
func TestWhoMayNot(t *testing.T) {
	o := newOffice(t)
	o.bring(o.ana, head+marta, htcds.CSV)
	id := o.people(o.ana)[0]
	ctx := context.Background()
	operator := access.Who{Kind: access.User, ID: "operator", Node: "PA", Roles: []access.Role{access.Administrator, access.Auditor}}
	for _, who := range []access.Who{operator, o.User("luz", "uia", "focal-point"), o.User("oficial", "uia", "field-officer"), o.User("admin", "uia", "administrator")} {
		if _, err := cases.ImportFile(ctx, o.Engine, who, unreadable{t}, htcds.CSV, nil); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s imports: %v", who.ID, err)
		}
		var out bytes.Buffer
		if _, err := cases.ExportFile(ctx, o.Engine, who, &out, htcds.CSV, nil); !fault.Is(err, fault.KindDenied) || out.Len() > 0 {
			t.Errorf("%s exports: %v", who.ID, err)
		}
		if _, err := act.Do(ctx, o.Engine, who, cases.ImportRecord{Record: `{"Person":{"prs_FirstName":"Otra"}}`}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s imports one: %v", who.ID, err)
		}
	}
	// Colleagues and other agencies export their own, and open nobody else's.
	for _, who := range []access.Who{o.beto, o.rosa} {
		if out := o.carry(who, htcds.Lines); out != "" {
			t.Errorf("%s carries off %s", who.ID, out)
		}
		if _, err := act.Look(ctx, o.Engine, who, cases.ExportRecord{On: cases.On{Person: id}}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s opens the record: %v", who.ID, err)
		}
	}
	// Broken glass is for reading, not for carrying off.
	testkit.Must(t, o.Country, o.beto, cases.BreakGlass{Ref: o.open(o.ana, id).Person.Ref, Reason: "La buscan en el puerto"})
	if _, err := act.Look(ctx, o.Engine, o.beto, cases.ExportRecord{On: cases.On{Person: id}}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("by broken glass: %v", err)
	}
}

type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the file was read for somebody who may not import")
	return 0, io.EOF
}

// The ledger has the whole, each that came in, each that left, and no value.
func TestTheLedgerTells(t *testing.T) {
	o := newOffice(t)
	o.bring(o.ana, head+marta+strings.Replace(marta, "7,", "8,", 1), htcds.CSV)
	o.carry(o.ana, htcds.CSV)
	for _, tt := range []struct {
		verb, outcome string
		want          int64
	}{{"cases.import", "done", 1}, {"cases.import-record", "done", 2}, {"cases.export", "done", 1}, {"cases.export-record", "looked", 2}, {"cases.preview-import", "looked", 1}} {
		if n := o.deeds(tt.verb, tt.outcome); n != tt.want {
			t.Errorf("%s %s: %d deeds, want %d", tt.verb, tt.outcome, n, tt.want)
		}
	}
	report, err := o.Verify(context.Background(), nil)
	if err != nil || !report.Sound() {
		t.Errorf("%v %+v", err, report)
	}
}

// interrupted breaks off a reading after some bytes.
type interrupted struct {
	io.Reader
	left int
	stop func()
}

func (r *interrupted) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p[:min(len(p), 4096)])
	if r.left -= n; r.left < 0 {
		r.stop()
	}
	return n, err
}

func TestAnInterruptedImportIsResumed(t *testing.T) {
	o := newOffice(t)
	const all = 1500
	text, err := io.ReadAll(manyRows(all))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c, err := cases.ImportFile(ctx, o.Engine, o.ana, &interrupted{bytes.NewReader(text), len(text) * 3 / 4, stop}, htcds.CSV, nil)
	if !errors.Is(err, context.Canceled) || !c.Stopped || c.Imported == 0 || c.Imported >= all {
		t.Fatalf("%v %s", err, counts(c))
	}
	if n := int64(len(o.people(o.ana))); n < c.Imported {
		t.Errorf("%d were told and %d are there", c.Imported, n)
	}
	if o.deeds("cases.import", "done") != 1 {
		t.Error("the part is not in the ledger")
	}
	rest := o.bring(o.ana, string(text), htcds.CSV)
	if rest.Imported+rest.Unchanged != all || rest.Imported == 0 || rest.Unchanged < c.Imported || len(o.people(o.ana)) != all {
		t.Errorf("%s, and there are %d", counts(rest), len(o.people(o.ana)))
	}
}

func TestAFileThatBreaksOff(t *testing.T) {
	o := newOffice(t)
	c := o.bring(o.ana, head+marta+"\"Bea\n", htcds.CSV)
	if c.Imported != 1 || c.Stopped || len(c.Told) != 1 || c.Told[0].Key != "htcds.quote-open" || c.Told[0].Row != 3 {
		t.Errorf("%+v", c)
	}
	c = o.bring(o.ana, "prs_ID,prs_FirstName,prs_Birthdate\n9,Bea,ayer\n10,Cyn,\n", htcds.CSV)
	if c.Imported != 1 || c.Blocked != 1 || c.Told[0].Key != "htcds.date" || c.Told[0].Field != "prs_Birthdate" || c.Told[0].Row != 2 {
		t.Errorf("%+v", c)
	}
}

// manyRows writes a file of n rows as it is read.
func manyRows(n int) io.Reader {
	pr, pw := io.Pipe()
	go func() {
		fmt.Fprint(pw, head)
		for i := range n {
			fmt.Fprintf(pw, "%d,Ficticia,Prueba %d,2001-02-03,Feminine,COL,spa,+5076%07d,CC %d,ForcedLabour,PossibleVictimOfTrafficking,true\n", i, i, i, i)
		}
		pw.Close()
	}()
	return pr
}

// A file of 20,000 rows comes in within bounded memory; BenchmarkImport does so
// with 100,000, which takes minutes.
func TestALongImportKeepsMemoryBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("LEFT OUT: a long import, because of -short")
	}
	bounded(t, newOffice(t), 20_000)
}

func bounded(t testing.TB, o *office, rows int) {
	t.Helper()
	var peak uint64
	told, start := 0, time.Now()
	c, err := cases.ImportFile(context.Background(), o.Engine, o.ana, manyRows(rows), htcds.CSV, func(n int, _ int64) {
		if told = n; n%2000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	})
	if err != nil || c.Imported != int64(rows) || told != rows {
		t.Fatalf("%v %s, told %d", err, counts(c), told)
	}
	t.Logf("%d rows in %s, at most %d MiB of heap", rows, time.Since(start).Round(time.Second), peak>>20)
	if peak > 128<<20 {
		t.Errorf("%d MiB in use", peak>>20)
	}
}

func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		bounded(b, newOffice(b), 100_000)
	}
}

const canary = "Canaria Quispe Yañez"

// What a file says of somebody is in no row that is not sealed, in no file of
// the node and in no log, whatever field it stands in and whatever becomes of it.
func TestNoNameStaysInClear(t *testing.T) {
	o := newOffice(t)
	r := htcds.NewRecord()
	for _, f := range htcds.Fields() {
		if !slices.Contains([]htcds.Type{htcds.Date, htcds.Number, htcds.Checkbox, htcds.Geolocation}, f.Type) {
			r.Set(f.Name, canary)
		}
	}
	r.Extensions["otro"], r.Extensions[canary], r.Extensions[htcds.PersonID] = canary, "x", canary
	text := write(t, htcds.CSV, r)
	staged := testkit.Must(t, o.Country, o.ana, cases.StageImport{Format: "csv", Content: []byte(text)}).Object
	o.searchRows()
	if c, err := cases.ImportUpload(context.Background(), o.Engine, o.ana, staged); err != nil || c.Imported != 1 {
		t.Fatalf("%v %+v", err, c)
	}
	r.Set("prs_FirstName", canary+" otra vez")
	if c := o.bring(o.ana, write(t, htcds.JSON, r), htcds.JSON); c.Conflicts != 1 {
		t.Fatalf("%+v", c)
	}
	if !strings.Contains(o.carry(o.ana, htcds.JSON), canary) {
		t.Fatal("the canary does not even come back")
	}
	o.searchRows()
	o.searchFiles()
	testkit.Must(t, o.Country, o.ana, cases.Erase{On: cases.On{Person: o.people(o.ana)[0]}})
	o.bring(o.ana, text, htcds.CSV)
	o.searchRows()
}

// searchRows reads every table as it is kept, past all sealing.
func (o *office) searchRows() {
	o.Helper()
	seen := 0
	o.read(func(tx *store.Tx) error {
		tables, err := store.All(tx, store.Value[string], `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'schema_%'`)
		for _, table := range tables {
			columns, e := tx.Columns(table)
			err = errors.Join(err, e)
			for row, e := range tx.Rows(table, columns) {
				err = errors.Join(err, e)
				for i, value := range row {
					seen++
					if b, ok := value.([]byte); ok {
						value = string(b)
					}
					if s := fmt.Sprint(value); strings.Contains(s, "Canaria") || strings.Contains(s, "Quispe") {
						o.Errorf("%s.%s holds the canary", table, columns[i])
					}
				}
			}
		}
		return err
	})
	if seen < 300 {
		o.Errorf("only %d values were looked at", seen)
	}
}

// searchFiles reads every file of the node, the write-ahead log among them.
func (o *office) searchFiles() {
	o.Helper()
	files := 0
	err := filepath.WalkDir(o.Config.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if files++; bytes.Contains(text, []byte("Canaria")) {
			o.Errorf("%s holds the canary", path)
		}
		return err
	})
	if err != nil || files < 3 {
		o.Errorf("%d files: %v", files, err)
	}
}

func TestAnUploadWaitsAnHourForWhoBroughtIt(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	stage := func() string {
		return testkit.Must(t, o.Country, o.ana, cases.StageImport{Format: "csv", Content: []byte(head + marta)}).Object
	}
	look := func(who access.Who, id string) (cases.Opened, error) {
		return act.Look(ctx, o.Engine, who, cases.PreviewImport{Import: id})
	}
	id := stage()
	if u, err := look(o.ana, id); err != nil || string(u.Content) != head+marta {
		t.Fatalf("%v", err)
	}
	for _, who := range []access.Who{o.beto, o.rosa} {
		if _, err := look(who, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("somebody else sees it: %v", err)
		}
		if _, err := cases.ImportUpload(ctx, o.Engine, who, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("somebody else takes it in: %v", err)
		}
		if _, err := act.Do(ctx, o.Engine, who, cases.DiscardImport{Import: id}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("somebody else discards it: %v", err)
		}
	}
	if c, err := cases.ImportUpload(ctx, o.Engine, o.ana, id); err != nil || c.Imported != 1 {
		t.Fatalf("%v %+v", err, c)
	}
	u, err := look(o.ana, id)
	if err != nil || u.Content != nil || u.Came.Imported != 1 || u.DoneAt.IsZero() {
		t.Errorf("%v %+v", err, u)
	}
	if _, err := cases.ImportUpload(ctx, o.Engine, o.ana, id); !fault.Is(err, fault.KindConflict) {
		t.Errorf("it came in twice: %v", err)
	}
	if _, err := act.Do(ctx, o.Engine, o.ana, cases.DiscardImport{Import: id}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("it was discarded afterwards: %v", err)
	}
	discarded, old := stage(), stage()
	testkit.Must(t, o.Country, o.ana, cases.DiscardImport{Import: discarded})
	o.world.Tick(61 * time.Minute)
	for name, id := range map[string]string{"discarded": discarded, "old": old} {
		if _, err := look(o.ana, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := cases.ForgetUploads(ctx, o.DB); err != nil {
		t.Fatal(err)
	}
	o.read(func(tx *store.Tx) error {
		n, err := tx.Count("person_import_file")
		if n != 0 {
			t.Errorf("%d files are still there", n)
		}
		for _, id := range []string{id, discarded, old} {
			if gone, e := vault.Erased(tx, id); e != nil || !gone {
				t.Errorf("the key of a file is still there: %v", e)
			}
		}
		return err
	})
}

func TestOneRecordByTheAPI(t *testing.T) {
	o := newOffice(t)
	d := testkit.Must(t, o.Country, o.ana, cases.ImportRecord{Record: `{"Person":{"prs_FirstName":"Marta","prs_Gender":"Feminine"}}`})
	if f := o.open(o.ana, d.Object); f.Person.Sex != "female" || f.Sealed["given_names"] != "Marta" {
		t.Errorf("%+v", f)
	}
	for text, want := range map[string]string{"": "invalid: htcds.empty-file", "{}{}": "invalid: records.one (record)",
		`{"Person":{"prs_Birthdate":"ayer"}}`: "invalid: htcds.date (prs_Birthdate)"} {
		if _, err := act.Do(context.Background(), o.Engine, o.ana, cases.ImportRecord{Record: text}); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The table of homes is kept: every code of ours that the standard has goes
// there and comes back.
func TestCodesGoThereAndBack(t *testing.T) {
	o := newOffice(t)
	back := map[string]string{"domestic": "slavery"}
	forms := slices.DeleteFunc(slices.Clone(cases.Forms), func(f string) bool { return f == "unknown" })
	for i, form := range forms {
		id := testkit.Must(t, o.Country, o.ana, cases.Register{Place: "Paso Canoas", Attributes: cases.Attributes{Sex: cases.Sexes[i%4], Forms: []string{form}, Languages: []string{"ht"}}}).Object
		r := o.record(id)
		delete(r.Extensions, htcds.PersonID)
		r.Extensions[htcds.CaseID] = form
		o.bring(o.ana, write(t, htcds.Lines, r), htcds.Lines)
		ids := o.people(o.ana)
		p := o.open(o.ana, ids[len(ids)-1]).Person
		want := form
		if back[form] != "" {
			want = back[form]
		}
		if p.Sex != cases.Sexes[i%4] || !slices.Equal(p.Forms, []string{want}) || !slices.Equal(p.Languages, []string{"ht"}) {
			t.Errorf("%s: %+v", form, p)
		}
	}
}

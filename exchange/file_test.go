package exchange

import (
	"bytes"
	"fmt"
	"testing"

	"istmo/fault"
	"istmo/store"
)

func (s *site) export(to string) []byte {
	s.t.Helper()
	var f bytes.Buffer
	if _, err := s.Export(s.t.Context(), to, &f); err != nil {
		s.t.Fatal(err)
	}
	return f.Bytes()
}

func (s *site) imports(file []byte) (Imported, []byte, error) {
	var answer bytes.Buffer
	got, err := s.Import(s.t.Context(), bytes.NewReader(file), &answer)
	return got, answer.Bytes(), err
}

func TestByFileAndByNet(t *testing.T) {
	pa, co := newSite(t, "PA", false, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.answer", "ref_1", "two")
	got, answer, err := co.imports(pa.export("CO"))
	if err != nil || got.Taken != 2 || got.From != "PA" {
		t.Fatalf("%+v, %v", got, err)
	}
	got, _, err = pa.imports(answer)
	if err != nil || got.Receipts != 2 || got.Taken != 1 || got.Heard != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	want(t, "there", co.bodies(), "one two")
	want(t, "back", pa.bodies(), "two")
	want(t, "ladder", pa.ladder("ref_1"), "delivered delivered")

	pa.post("CO", "test.take", "ref_2", "three")
	file := pa.export("CO") // on a stick, while the link comes up
	pa.post("CO", "test.take", "ref_2", "four")
	pa.sync("CO")
	if _, _, err := co.imports(file); reason(err) != "exchange.file-nothing-new" || !fault.Is(err, fault.KindConflict) {
		t.Errorf("%v", err)
	}
	want(t, "mixed", co.bodies(), "one two three four")
}

func TestFilesOutOfOrder(t *testing.T) {
	pa, co := newSite(t, "PA", false, Options{}), newSite(t, "CO", false, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "", "1")
	first := pa.export("CO")
	pa.post("CO", "test.take", "", "2")
	_, answer, err := co.imports(pa.export("CO"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := co.imports(first); reason(err) != "exchange.file-nothing-new" {
		t.Errorf("a file that a later one overtook: %v", err)
	}
	pa.imports(answer)
	pa.post("CO", "test.take", "", "3")
	third := pa.export("CO")
	pa.post("CO", "test.take", "", "4")
	fourth := pa.says("CO")
	fourth.Envelopes = fourth.Envelopes[1:]
	fourth.sign(pa.keys.Sign)
	var early bytes.Buffer
	if err := pa.writeFile(t.Context(), fourth, &early); err != nil {
		t.Fatal(err)
	}
	got, _, err := co.imports(early.Bytes())
	if err != nil || got.Held != 1 || got.Taken != 0 || got.Missing != 3 {
		t.Errorf("a file before its turn: %+v, %v", got, err)
	}
	got, _, err = co.imports(third)
	if err != nil || got.Taken != 2 {
		t.Errorf("the one it waited for: %+v, %v", got, err)
	}
	want(t, "taken", co.bodies(), "1 2 3 4")
}

func TestForeignFiles(t *testing.T) {
	pa, co, cr := newSite(t, "PA", false, Options{}), newSite(t, "CO", false, Options{}), newSite(t, "CR", false, Options{})
	pair(t, pa, co)
	pair(t, pa, cr)
	pa.post("CO", "test.take", "", "one")
	file := pa.export("CO")
	check := func(what, key string, s *site, file []byte) {
		t.Helper()
		_, _, err := s.imports(file)
		if f := fault.All(err); len(f) != 1 || f[0].Key != key || f[0].Field != "file" {
			t.Errorf("%s: %v", what, err)
		}
	}
	check("for another", "exchange.file-for-another", cr, file)
	check("of no partner", "exchange.file-no-partner", co, mustFile(t, cr, co))
	check("empty", "exchange.file-damaged", co, nil)
	check("a photograph", "exchange.file-damaged", co, []byte("\xff\xd8\xff\xe0 JFIF and so on"))
	check("cut", "exchange.file-does-not-open", co, file[:len(file)-1])
	co.write(func(tx *store.Tx) error { return Suspend(tx, "PA") })
	check("of a suspended partner", "exchange.file-no-partner", co, file)
	co.write(func(tx *store.Tx) error { return Resume(tx, "PA") })
	for i := 0; i < len(file); i += 7 {
		bad := bytes.Clone(file)
		bad[i] ^= 4
		if _, _, err := co.imports(bad); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "file" {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	want(t, "taken", co.bodies(), "")
	if _, _, err := co.imports(file); err != nil {
		t.Error(err)
	}
	want(t, "taken", co.bodies(), "one")
}

// mustFile is a file that from makes for a node that does not know it.
func mustFile(t *testing.T, from, to *site) []byte {
	t.Helper()
	from.write(func(tx *store.Tx) error { return AddPartner(tx, to.Card(), Fingerprint(from.Card(), to.Card())) })
	return from.export("CO")
}

func TestAFileThatCannotBeHandledNow(t *testing.T) {
	pa, co := newSite(t, "PA", false, Options{}), newSite(t, "CO", false, Options{})
	pair(t, pa, co)
	for i := range 3 {
		pa.post("CO", "test.take", "", fmt.Sprint(i))
	}
	file := pa.export("CO")
	co.h.sick.Store(true)
	if _, _, err := co.imports(file); reason(err) != troubleLater || !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("%v", err)
	}
	co.h.sick.Store(false)
	if got, _, err := co.imports(file); err != nil || got.Taken != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

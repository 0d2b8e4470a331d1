package notices_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"istmo/act"
	"istmo/cases"
	"istmo/notices"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
)

// TestNothingOfAnybodyLeavesOrLies refers somebody whose every word is a canary, has
// it told by mail and on a device whose addresses are canaries too, and looks at all
// that left, all rows and the log.
func TestNothingOfAnybodyLeavesOrLies(t *testing.T) {
	p := open(t)
	p.pa.Agency("ALB", "shelter", "Albergue Canaria-Agencia")
	p.pa.User("dora", "ALB", "focal-point")
	p.pa.User("ana2", "ALB", "case-worker")
	ana, dora := p.pa.Who("ana"), p.pa.Who("dora")
	testkit.Must(t, p.pa, dora, notices.SetEmail{Address: "canaria-correo@institucion.example"})
	p.round()
	testkit.Must(t, p.pa, dora, notices.ConfirmEmail{Code: notices.Secret(codeLine.FindString(p.post.last(1).text))})
	d := newDevice()
	c := p.sub(d, "/canaria-aparato")
	c.Name = "Canaria-Telefono"
	testkit.Must(t, p.pa, dora, c)

	k := testkit.Must(t, p.pa, ana, cases.Register{Place: "Lajas Blancas", Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Languages: []string{"es"}, Needs: []string{"lodging"}},
		Identity: cases.Identity{GivenNames: "Canaria-Nombre", FamilyNames: "Canaria-Apellido", Phone: "+50769998877"}}).Object
	testkit.Must(t, p.pa, ana, cases.AssessRisk{On: cases.On{Person: k}, Level: "high"})
	alb := p.pa.AgencyID("ALB")
	testkit.Must(t, p.pa, ana, cases.RecordConsent{On: cases.On{Person: k}, Purpose: "assistance", ToNode: "PA", ToAgency: alb, Groups: []string{"profile", "needs", "identity", "contact"}, Language: "es", Way: "written"})
	r := testkit.Must(t, p.pa, ana, referrals.Start{Person: k, ToNode: "PA", ToAgency: alb, Purpose: "assistance", Urgent: true, Fields: []string{"sex", "needs", "given_names", "phone"}, Note: "Canaria-Nota"}).Object
	on := referrals.On{ID: r}
	testkit.Must(t, p.pa, ana, referrals.ConfirmConsent{On: on})
	testkit.Must(t, p.pa, ana, referrals.Send{On: on})
	p.post.refuse(refusing(451, 4, 7, 1), nil)
	p.round()
	p.post.refuse(nil, nil)
	p.pass(10 * time.Minute)
	testkit.Must(t, p.pa, ana, referrals.Suspend{On: on, Reason: "danger", Note: "Canaria-Motivo"})
	p.pass(10 * time.Minute)
	p.alarm.answer(func(string) (int, http.Header) { return 403, nil })
	p.pass(time.Hour)

	letters, pushes := p.post.all(), p.alarm.all()
	if len(letters) < 4 || len(pushes) < 4 {
		t.Fatalf("%d letters and %d pushes", len(letters), len(pushes))
	}
	canaries := []string{"Canaria-", "+50769998877", r, k, "ref_", alb, p.user("dora"), p.user("ana")}
	look := func(where, text string, birds ...string) {
		for _, c := range birds {
			if strings.Contains(text, c) {
				t.Errorf("%s holds %s: %s", where, c, text)
			}
		}
	}
	for _, l := range letters {
		look("a letter", l.text+l.subject+l.raw, canaries...)
	}
	for _, w := range pushes {
		s, err := d.read(w.body)
		if err != nil {
			t.Error(err)
		}
		look("a push message", fmt.Sprint(s, w.header), canaries...)
	}
	secrets := []string{"canaria-correo", "canaria-aparato", p.alarm.addr, "Canaria-Telefono", b64(d.auth), b64(d.key.PublicKey().Bytes())}
	look("the log", p.log.String(), append(secrets, "Canaria-", r, k)...)
	if p.log.Len() == 0 {
		t.Error("nothing was logged, so nothing was looked at")
	}
	seen := map[string]int{}
	rows(t, p, func(table, row string) {
		seen[table]++
		look(table, row, secrets...)
		if strings.HasPrefix(table, "notice") {
			look(table, row, "Canaria-", "+50769998877", k, alb)
		}
	})
	if seen["notice"] == 0 || seen["notice_message"] == 0 || seen["notice_channel"] != 2 || seen["vault_field"] == 0 || seen["ledger_entry"] == 0 {
		t.Errorf("%v", seen)
	}
	mine := testkit.Ask(t, p.pa, dora, notices.Mine{})
	look("what even their owner is shown", fmt.Sprint(mine), "canaria-correo", "canaria-aparato", b64(d.auth))
	look("the operator's page", fmt.Sprint(testkit.Ask(t, p.pa, p.pa.Engine.Self, notices.Delivery{})), append(secrets, "Canaria-")...)

	// What a channel was goes with it.
	for _, ch := range mine.Channels {
		testkit.Must(t, p.pa, dora, notices.RemoveChannel{Channel: ch.ID})
		if _, err := act.Do(t.Context(), p.pa.Engine, dora, notices.RemoveChannel{Channel: ch.ID}); err == nil {
			t.Error("it was removed twice")
		}
		n := -1
		if err := p.pa.DB.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Get([]any{&n}, `SELECT (SELECT COUNT(*) FROM vault_key WHERE subject = $1) + (SELECT COUNT(*) FROM vault_field WHERE subject = $1) + (SELECT COUNT(*) FROM vault_index WHERE subject = $1)`, ch.ID)
		}); err != nil || n != 0 {
			t.Errorf("%d rows of the vault are left, %v", n, err)
		}
	}
}

// rows reads every table as it is, beneath the file's encryption.
func rows(t *testing.T, p *place, look func(table, row string)) {
	t.Helper()
	tables, err := p.pa.DB.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		err := p.pa.DB.Read(t.Context(), func(tx *store.Tx) error {
			columns, err := tx.Columns(table)
			if err != nil {
				return err
			}
			for row, err := range tx.Rows(table, columns) {
				if err != nil {
					return err
				}
				text := ""
				for _, v := range row {
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					text += fmt.Sprint(v, " ")
				}
				look(table, text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

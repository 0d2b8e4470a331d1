package roadmap_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"istmo/act"
	"istmo/roadmap"
	"istmo/store"
)

// The plan that is measured: as many commitments as three countries could make in
// ten years, with a version every quarter.
const (
	many     = 2000
	versions = 40
	reports  = 10
)

// cpu is what this process has used so far.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// decade fills a country's database with ten years of promises, as the commands
// would have left them, and gives the version in force.
func decade(b *testing.B, p pair) (version string) {
	b.Helper()
	p.cleared(b, p.text())
	version = p.inForce(b) // the first, by hand: everything else is laid beside it
	err := p.pa.DB.Write(b.Context(), func(tx *store.Tx) error {
		for n := int64(2); n <= many; n++ {
			if err := lay(tx, p, n); err != nil {
				return err
			}
		}
		for v := int64(2); v <= versions; v++ {
			if err := layVersion(tx, p, version, v); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO plan_item (plan, number, commitment, revision, hash) SELECT $1, c.number, c.id, c.revision, r.hash
			FROM commitment c JOIN commitment_revision r ON r.commitment = c.id AND r.n = c.revision WHERE c.number > 1`, version)
		return err
	})
	if err == nil {
		err = p.pa.Tick(b.Context()) // which proves it, as on any day
	}
	if err != nil {
		b.Fatal(err)
	}
	return version
}

// lay makes commitment n with its wordings and reports.
func lay(tx *store.Tx, p pair, n int64) error {
	id := fmt.Sprintf("cmt_%026d", n)
	state := []string{"planned", "under_way", "reported_done", "done"}[n%4]
	was := map[string]string{"planned": "cleared", "under_way": "planned", "reported_done": "under_way", "done": "reported_done"}[state]
	line := []string{"prevention", "assistance", "protection", "investigation", "legal-action"}[n%5]
	due := tx.Now.AddDate(0, 0, int(n%1500)-300).Truncate(24 * time.Hour)
	made := tx.Now.AddDate(0, 0, -int(n%3650))
	if _, err := tx.Exec(`INSERT INTO commitment (id, agreement, version, from_node, from_agency, meeting, amends, revision, number, line, due, value, reason, was, state, created_at, moved_at)
		VALUES ($1, $2, 9, 'PA', '', '', '', 3, $3, $4, $5, 1, '', $6, $7, $8, $8)`, id, p.agreement, n, line, due, was, state, made); err != nil {
		return err
	}
	t := p.text()
	t.Line, t.Due, t.OwnersNamed = line, due, "PA Comisión (ficticia)\nCO Centro (ficticio)"
	t.ActionsES, t.ActionsEN = strings.Repeat("Una acción inventada que dice lo que se hará. ", 6), strings.Repeat("An invented action that says what will be done. ", 6)
	for r := int64(1); r <= 3; r++ {
		t.ObjectiveES, t.ObjectiveEN = fmt.Sprintf("Compromiso inventado %d, texto %d", n, r), fmt.Sprintf("Invented commitment %d, wording %d", n, r)
		if _, err := tx.Exec(`INSERT INTO commitment_revision (commitment, n, based_on, node, agency, at, hash, line, objective_es, objective_en, actions_es, actions_en, owners, owners_named,
			due, indicator_es, indicator_en, baseline, target, budget, place, marks, sdg, gcm) VALUES ($1, $2, $3, 'PA', '', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 2, '', 'Darién', '', '5 16', '10')`,
			id, r, r-1, made, withGoals(t).Hash(id).String(), line, t.ObjectiveES, t.ObjectiveEN, t.ActionsES, t.ActionsEN, t.Owners, t.OwnersNamed, t.Due, t.IndicatorES, t.IndicatorEN); err != nil {
			return err
		}
	}
	for i := range reports {
		if _, err := tx.Exec(`INSERT INTO commitment_report (id, commitment, node, agency, at, completes, value, words, evidence, evidence_at, answer, answer_node, answer_agency, answer_words, answered_at, note, answer_note)
			VALUES ($1, $2, 'PA', '', $3, FALSE, 1, 'Avance inventado.', 'Acta', 'Archivo', 'confirmed', 'CO', '', '', $3, '', '')`, fmt.Sprintf("rep_%d_%d", n, i), id, made); err != nil {
			return err
		}
	}
	return nil
}

func withGoals(t roadmap.Text) roadmap.Text {
	t.Place, t.SDG, t.GCM = "Darién", []string{"5", "16"}, []string{"10"}
	return t
}

// layVersion makes an earlier version, with as many items as there were then.
func layVersion(tx *store.Tx, p pair, first string, v int64) error {
	id := fmt.Sprintf("pln_%026d", v)
	if _, err := tx.Exec(`INSERT INTO plan (id, agreement, version, n, made, root, statement, from_node, from_agency, reason, was, state, in_force_at, attested_at)
		SELECT $1, agreement, version, $2, made, root, statement, from_node, from_agency, '', 'in_force', 'superseded', in_force_at, $4 FROM plan WHERE id = $3`, id, v, first, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO plan_item (plan, number, commitment, revision, hash) SELECT $1, c.number, c.id, 1, r.hash FROM commitment c JOIN commitment_revision r ON r.commitment = c.id AND r.n = 1 WHERE c.number <= $2`, id, v*many/versions)
	return err
}

// BenchmarkDecade opens the pages of a plan of 2,000 commitments with ten years
// of history, and proves a version. "budget" is the processor time against what
// it may cost: 30 ms for a page, 50 ms for a proof; "hashes" is a proof against
// hashing the same words once, which no proof can do without.
func BenchmarkDecade(b *testing.B) {
	p := agreed(b)
	version := decade(b, p)
	site, cookie := p.pa.Web(), p.pa.SignIn("olga")
	get := func(path string) {
		req, _ := http.NewRequest(http.MethodGet, site+path, nil)
		req.AddCookie(cookie)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		if n, _ := io.Copy(io.Discard, res.Body); res.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d, %d bytes", path, res.StatusCode, n)
		}
	}
	for _, page := range []string{"/roadmap", "/roadmap/commitments", "/roadmap/timeline", "/roadmap/board", "/roadmap/versions/" + version} {
		b.Run(strings.ReplaceAll(strings.TrimPrefix(page, "/"), "/", "-")[:min(19, len(page)-1)], func(b *testing.B) {
			measured(b, 30*time.Millisecond, func() { get(page) })
		})
	}
	b.Run("verify", func(b *testing.B) {
		ask := func() roadmap.PlanView {
			v, err := act.Ask(context.Background(), p.pa.Engine, p.pa.Who("olga"), roadmap.Version{OnPlan: roadmap.OnPlan{ID: version}})
			if err != nil || len(v.Items) != many {
				b.Fatal(err, len(v.Items))
			}
			return v
		}
		v := ask()
		start := time.Now()
		for i, it := range v.Items {
			v.Texts[i].Hash(it.Commitment)
		}
		hashing := time.Since(start)
		measured(b, 50*time.Millisecond, func() { ask() })
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(hashing), "hashes")
	})
	b.Run("verify-file", func(b *testing.B) {
		v, err := act.Ask(context.Background(), p.pa.Engine, p.pa.Who("olga"), roadmap.Version{OnPlan: roadmap.OnPlan{ID: version}})
		if err != nil {
			b.Fatal(err)
		}
		var file bytes.Buffer
		if err := v.File().Write(&file); err != nil {
			b.Fatal(err)
		}
		measured(b, 50*time.Millisecond, func() {
			f, err := roadmap.ReadFile(bytes.NewReader(file.Bytes()))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := f.Verify(nil); err != nil {
				b.Fatal(err)
			}
		})
		b.ReportMetric(float64(file.Len())/1024, "kB")
	})
}

// measured runs f and tells its processor time, and its share of what it may cost.
func measured(b *testing.B, budget time.Duration, f func()) {
	f()
	before := cpu()
	b.ResetTimer()
	n := 0
	for b.Loop() {
		f()
		n++
	}
	each := float64(cpu()-before) / float64(n)
	b.ReportMetric(each/1e6, "cpu-ms")
	b.ReportMetric(each/float64(budget), "budget")
}

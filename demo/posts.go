package demo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"istmo/screening"
	"istmo/screening/sealed"
)

// talk is an invented screening: what a phone would have sealed.
type talk struct {
	post, sex, age, from, company string
	outcome, reasons              string
	noted                         []string // indicators answered with yes
}

var talks = []talk{
	{"Lajas Blancas", "female", "21-29", "VE", "group", "none", "Viaja con su hermana y nadie le cobra (inventado)", nil},
	{"Lajas Blancas", "male", "30-38", "HT", "family", "none", "Viaja con su familia (inventado)", []string{"ACT-01"}},
	{"Lajas Blancas", "female", "18-20", "EC", "known", "presumed", "Debe el pasaje y otra persona guarda su pasaporte (inventado)", []string{"ACT-01", "COR-03", "COR-04", "EXL-01"}},
	{"Bajo Chiquito", "male", "21-29", "CN", "group", "smuggled", "Pagó a un guía y quedó con deuda; nadie la explota (inventado)", []string{"ACT-01"}},
	{"Bajo Chiquito", "female", "9-17", "CO", "family", "other-protection", "Huye con su madre de un grupo armado (inventado)", []string{"EXR-01"}},
	{"Bajo Chiquito", "female", "39-47", "VE", "family", "none", "Viaja con sus hijos (inventado)", nil},
	{"Bajo Chiquito", "male", "18-20", "VE", "alone", "none", "No hay nada que señalar (inventado)", nil},
	{"San Vicente", "female", "30-38", "HT", "family", "none", "Viaja con su esposo (inventado)", nil},
}

// posts opens the posts of the Darién and hands over what a phone sealed there in
// the last days. Nobody in it exists.
func (w *world) posts() error {
	ids := map[string]string{}
	for _, name := range []string{"Lajas Blancas", "Bajo Chiquito", "San Vicente"} {
		id, err := do(w, "PA", "luz", screening.AddPost{Name: name, Place: "Darién"})
		if err != nil {
			return err
		}
		ids[name] = id
	}
	token, secret := sha256.Sum256([]byte("demo token")), sha256.Sum256([]byte("demo secret"))
	sum := sha256.Sum256(token[:])
	device, err := do(w, "PA", "beto", screening.EnrolDevice{Name: "Teléfono 1 (demo)", Post: ids["Lajas Blancas"], Token: hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	if _, err := do(w, "PA", "beto", screening.AddOfficer{OnDevice: screening.OnDevice{Device: device}, Secret: base64.RawURLEncoding.EncodeToString(secret[:])}); err != nil {
		return err
	}
	return w.handOver(ids, token[:], secret[:])
}

// handOver seals the talks as the phone does, and brings them to the node.
func (w *world) handOver(posts map[string]string, token, secret []byte) error {
	pa := w.nodes["PA"]
	d, err := screening.DeviceOf(w.ctx, pa.DB, token)
	if err != nil {
		return err
	}
	settings, err := screening.SettingsOf(w.ctx, pa.DB, d)
	if err != nil {
		return err
	}
	public, err := base64.RawURLEncoding.DecodeString(settings.Unit.Public)
	if err != nil {
		return err
	}
	session, key, err := sealed.Begin(public, d.ID, settings.Officers[0].Credential)
	if err != nil {
		return err
	}
	b := sealed.Bundle{Sessions: []sealed.Session{session}}
	for n, t := range talks {
		chain := sha256.Sum256([]byte(fmt.Sprint("demo ", n)))
		r, err := sealed.Seal(key, secret, sealed.Record{Session: session.ID(), N: uint32(n), Chain: sealed.ID(chain[:16])}, t.revision(pa.DB.Now().Add(-time.Duration(len(talks)-n)*5*time.Hour), posts[t.post], settings.List.ID))
		if err != nil {
			return err
		}
		b.Records = append(b.Records, r)
	}
	entries, err := screening.Deliver(w.ctx, pa.Engine, d, b)
	for _, e := range entries {
		if e.State != screening.Taken {
			return fmt.Errorf("demo: a screening was not taken: %s", e.Why)
		}
	}
	return err
}

func (t talk) revision(at time.Time, post, list string) sealed.Revision {
	v := sealed.Revision{At: at, Post: post, List: list, Final: true, Set: map[string]any{"sex": t.sex, "age_band": t.age, "citizenships": []string{t.from}, "company": t.company,
		"private": "yes", "rights_read": "yes", "consent": "given", "outcome": t.outcome, "reasons": t.reasons,
		"started_at": at.UTC().Format(time.RFC3339), "finished_at": at.Add(14 * time.Minute).UTC().Format(time.RFC3339)}}
	for _, code := range t.noted {
		v.Set["q."+code] = "yes"
	}
	return v
}

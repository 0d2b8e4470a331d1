package pages_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"istmo/screening"
	"istmo/screening/pages"
	"istmo/screening/sealed"
	"istmo/testkit"
)

// heard is what a node answers a device.
type heard struct {
	Now        string            `json:"now"`
	Revoked    bool              `json:"revoked"`
	Entries    []screening.Entry `json:"entries"`
	Sessions   []string          `json:"sessions"`
	Screenings []screening.State `json:"screenings"`
}

func ask(client *http.Client, method, address string, token, body []byte, tag string) (status int, text []byte, err error) {
	req, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+base64.RawURLEncoding.EncodeToString(token))
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	answer, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

func (w *world) sync(t *testing.T, token, body []byte) (int, heard) {
	t.Helper()
	status, text, err := ask(http.DefaultClient, "POST", w.pa.Web()+pages.SyncPath, token, body, "")
	var h heard
	if err == nil && status == 200 {
		err = json.Unmarshal(text, &h)
	}
	if err != nil {
		t.Fatal(err)
	}
	return status, h
}

func TestTheDoorOfThePhones(t *testing.T) {
	w := newWorld(t)
	status, _ := w.sync(t, bytes.Repeat([]byte{1}, 32), nil)
	if status != http.StatusUnauthorized {
		t.Errorf("a stranger: %d", status)
	}
	if status, _ = w.sync(t, []byte("corto"), nil); status != http.StatusUnauthorized {
		t.Errorf("no token: %d", status)
	}
	for name, body := range map[string][]byte{"no bundle": []byte("ISTMO-S2"), "cut short": []byte("ISTMO-S1\x00\x00\x00\x20abc"), "too big": make([]byte, sealed.MaxBundle+1)} {
		if status, _ := w.sync(t, w.one.Token, body); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	k := testkit.Chain()
	w.one.Write(k, set("sex", "female", "given_names", "Canaria Ficticia"))
	w.one.Write(k, set("outcome", "presumed", "reasons", "Deuda y encierro"))
	bundle := w.one.Outbox.Bytes()
	var all sync.WaitGroup
	for range 8 { // everybody who carries it hands it over at once
		all.Go(func() {
			if status, _ := w.sync(t, w.two.Token, bundle); status != 200 {
				t.Errorf("at once: %d", status)
			}
		})
	}
	all.Wait()
	_, h := w.sync(t, w.one.Token, bundle)
	if len(h.Entries) != 2 || h.Entries[0].State != screening.Taken || h.Entries[1].State != screening.Taken || len(h.Sessions) != 1 {
		t.Errorf("again: %+v", h)
	}
	if len(h.Screenings) != 1 || h.Screenings[0].Receipt != sealed.Receipt(k) || !strings.HasSuffix(h.Screenings[0].Head, ":1") || h.Screenings[0].State != "open" {
		t.Errorf("states: %+v", h.Screenings)
	}
	if people := testkit.Ask(t, w.pa, w.ana, screening.List{}); len(people) != 1 || people[0].Person == "" {
		t.Errorf("handed over nine times, it is %d screenings", len(people))
	}
	foreign := sealed.Bundle{Records: []sealed.Record{{Session: sealed.ID{9}, Chain: sealed.ID{9}, Sealed: []byte("nada")}}}
	if _, h := w.sync(t, w.one.Token, foreign.Bytes()); h.Entries[0].State != screening.Refused || h.Entries[0].Why != "screening.bad-seal" {
		t.Errorf("of nobody: %+v", h.Entries)
	}
	w.settings(t)
}

func (w *world) settings(t *testing.T) {
	address := w.pa.Web() + pages.SettingsPath
	status, text, err := ask(http.DefaultClient, "GET", address, w.one.Token, nil, "")
	var s screening.Settings
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil || status != 200 || s.Country != "PA" || len(s.Officers) != 1 || len(s.List.Indicators) != 74 || s.Numbers[0].Number != "104" || len(s.Posts) != 1 {
		t.Fatalf("settings %d %v: %s", status, err, text)
	}
	if status, _, _ := ask(http.DefaultClient, "GET", address, w.one.Token, nil, `"`+s.Tag+`"`); status != http.StatusNotModified {
		t.Errorf("settings that it has: %d", status)
	}
	testkit.Must(t, w.pa, w.beto, screening.RevokeDevice{OnDevice: screening.OnDevice{Device: w.one.ID}, Reason: "Perdido en el río"})
	if _, text, _ := ask(http.DefaultClient, "GET", address, w.one.Token, nil, ""); string(bytes.TrimSpace(text)) != `{"revoked":true}` {
		t.Errorf("a revoked phone hears %s", text)
	}
	if _, h := w.sync(t, w.one.Token, nil); !h.Revoked || len(h.Screenings) != 0 {
		t.Errorf("a revoked phone hears %+v", h)
	}
}

// typical is a screening as an officer fills it in: twelve answers, a name, a story.
func typical(i int) sealed.Revision {
	v := set("sex", "female", "age_band", "21-29", "citizenships", []string{"VE"}, "languages", []string{"es"}, "company", "group", "spoken", "es", "private", "yes",
		"rights_read", "yes", "consent", "given", "consent_way", "spoken-witnessed", "given_names", fmt.Sprint("Canaria ", i), "family_names", "Ficticia Inventada",
		"birth_date", "1999-04-17", "document", fmt.Sprint("V-", 10000000+i), "account", "Le ofrecieron trabajo en un restaurante y le quitaron el pasaporte al llegar. Debe el pasaje.",
		"outcome", "none", "reasons", "Ya no está con quienes la llevaban y viaja con su hermana", "started_at", "2026-11-09T14:05:00Z", "finished_at", "2026-11-09T14:17:00Z")
	for _, code := range []string{"ACT-01", "ACT-02", "ACT-03", "DEC-01", "DEC-02", "COR-03", "COR-04", "VUR-01", "VUR-02", "EXL-01", "COD-01", "TRA-01"} {
		v.Set["q."+code] = "no"
	}
	v.Set["q.ACT-01"], v.Set["q.COR-04"] = "yes", "yes"
	v.Final = true
	return v
}

// TestAThinLink hands 50 screenings over at 3 kB a second, half a second late, by
// connections that are cut about every 6 kB, without a word. Nothing is lost, nothing
// comes twice, and little is sent.
func TestAThinLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := testkit.ThinLink(t, strings.TrimPrefix(w.pa.Web(), "http://"), &testkit.Thin{Rate: 3000, Late: 500 * time.Millisecond, Cut: 6000}, 1)
	link.Address = strings.Replace(link.Address, "127.0.0.1", "localhost", 1)
	for i := range 50 {
		w.one.Write(testkit.Chain(), typical(i))
	}
	all := w.one.Outbox
	size, tries, start := 0, 0, time.Now()
	for _, r := range all.Records {
		size += len(r.Sealed) + 43
	}
	since := ""
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}
	for left := all.Records; len(left) > 0; tries++ {
		if tries > 200 {
			t.Fatalf("%d are left after %d tries", len(left), tries)
		}
		b := sealed.Bundle{Records: left[:min(3, len(left))]}
		if len(left) == len(all.Records) {
			b.Sessions = all.Sessions
		}
		status, text, err := ask(client, "POST", "http://"+link.Address+pages.SyncPath+"?since="+url.QueryEscape(since), w.one.Token, b.Bytes(), "")
		if err != nil || status != 200 {
			client.CloseIdleConnections()
			continue // cut: the same again
		}
		var h heard
		if err := json.Unmarshal(text, &h); err != nil {
			t.Fatal(err)
		}
		for _, e := range h.Entries {
			if e.State != screening.Taken {
				t.Errorf("%+v", e)
			}
		}
		left, since = left[len(h.Entries):], h.Now
	}
	if got := testkit.Ask(t, w.pa, w.ana, screening.List{Limit: 200}); len(got) != 50 {
		t.Errorf("%d screenings came", len(got))
	}
	if link.Cuts.Load() < 3 {
		t.Errorf("the link was cut %d times only", link.Cuts.Load())
	}
	t.Logf("%d bytes a screening as sealed; %d up and %d down a screening by a link that was cut %d times, %d tries, %v", size/50, link.Up.Load()/50, link.Down.Load()/50,
		link.Cuts.Load(), tries, time.Since(start).Round(time.Second))
}

package approval

import (
	"testing"
	"time"

	"istmo/fault"
	"istmo/observatory/release"
)

var now = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

func counted() release.Release {
	codes := func(c ...string) (out []release.Category) {
		for _, one := range c {
			out = append(out, release.Category{Code: one})
		}
		return out
	}
	return release.Release{
		Dimensions: []release.Dimension{{Name: "year", Categories: codes("2024", "2025")}, {Name: "sex", Categories: codes("F", "M")}},
		Tables:     [][]string{{"year", "sex"}},
		Facts:      []release.Fact{{At: []string{"2024", "F"}, Count: 31}, {At: []string{"2024", "M"}, Count: 3}, {At: []string{"2025", "F"}, Count: 44}, {At: []string{"2025", "M"}, Count: 19}},
	}
}

func prepared(t *testing.T, r Register, id string) Entry {
	t.Helper()
	rule := release.Rule{Country: "*", Least: 5, Zeros: release.ZerosCover, Method: release.Suppress}
	made, err := release.Prepare(t.Context(), counted(), rule, release.Options{Past: r.Out()})
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Prepare(id, "Victims by sex", "ana", now, counted(), made)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func refused(t *testing.T, err error, key string) {
	t.Helper()
	if all := fault.All(err); len(all) == 0 || all[0].Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestTheMachineIsSound(t *testing.T) {
	if err := Machine.Check(); err != nil {
		t.Error(err)
	}
}

func TestTwoPersonsAndTheRegister(t *testing.T) {
	var r Register
	e, other := prepared(t, r, "rel_1"), prepared(t, r, "rel_2")
	_, err := r.Send(e, "ana", "public", now)
	refused(t, err, "flow.not-now")
	_, err = r.Approve(e, "ana", now, e.Digest)
	refused(t, err, "release.entry.same-person")
	_, err = r.Approve(e, "luis", now, "of something else")
	refused(t, err, "release.entry.other-tables")
	_, err = Decline(e, "luis", now, " ")
	refused(t, err, "release.entry.reason")

	e, err = r.Approve(e, "luis", now, e.Digest)
	if err != nil || e.State != Approved {
		t.Fatal(err, e.State)
	}
	changed := e
	changed.Published.Tables = append([]release.Sheet(nil), e.Published.Tables...)
	changed.Published.Tables[0].Rows = append([]release.Row(nil), e.Published.Tables[0].Rows...)
	changed.Published.Tables[0].Rows[0].Count++
	_, err = r.Send(changed, "ana", "public", now)
	refused(t, err, "release.entry.other-tables")
	e, err = r.Send(e, "ana", "UNODC", now)
	if err != nil || e.State != Sent || len(e.Copies) != 1 || e.Copies[0].To != "UNODC" || e.Rule != "*//suppress-5-cover" {
		t.Fatal(err, e)
	}
	r = Register{e}
	if e, err = r.Send(e, "ana", "public", now); err != nil || len(e.Copies) != 2 {
		t.Error("to somebody else:", err)
	}
	_, err = r.Approve(other, "luis", now, other.Digest)
	refused(t, err, "release.entry.overtaken")
	if past := r.Out(); len(past) != 1 || past[0].ID != "rel_1" {
		t.Errorf("out is %v", past)
	}
	again := prepared(t, r, "rel_3")
	if again.Digest != e.Digest {
		t.Error("the same counts beside the same tables went out otherwise")
	}
	_, err = Decline(e, "luis", now, "late")
	refused(t, err, "flow.not-now")
}

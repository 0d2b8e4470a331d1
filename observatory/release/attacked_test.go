package release_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"istmo/observatory/release"
	"istmo/observatory/release/attack"
)

func rule(zeros string) release.Rule {
	return release.Rule{Country: "*", Least: 5, Zeros: zeros, Method: release.Suppress}
}

// promises is what the rule promises of each hidden number, from the people
// themselves: of a small one that it could be no small one and that at least as
// many values are possible as are small; of any other that it cannot be read.
func promises(t testing.TB, r release.Release, p release.Published, index int, cells map[release.Cell]int) (needs []attack.Need, small int) {
	t.Helper()
	for j, sheet := range p.Tables {
		for k, row := range sheet.Rows {
			n := count(r, sheet.Over, row.At)
			if !row.Hidden {
				if n != row.Count || isSmall(n, p.Rule) {
					t.Fatalf("table %d row %v shows %d of %d", j, row.At, row.Count, n)
				}
				continue
			}
			need := attack.Need{Cell: cells[release.Cell{Release: index, Table: j, Row: k}], Width: 1}
			if isSmall(n, p.Rule) {
				need.Reach, need.Width = p.Rule.Least, p.Rule.Least-1
				small++
			}
			needs = append(needs, need)
		}
	}
	return needs, small
}

// assail attacks with the exact interval of every hidden number, and gives how
// many promises were broken.
func assail(t testing.TB, needs []attack.Need, all ...release.Published) (broken int) {
	t.Helper()
	s, _, err := release.Reader(all...)
	if err != nil {
		t.Fatal(err)
	}
	cells := make([]int, len(needs))
	for i, n := range needs {
		cells[i] = n.Cell
	}
	found, _, err := attack.Exact(t.Context(), s, cells)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range needs {
		if !n.Met(found[i]) {
			broken++
		}
	}
	return broken
}

func reader(t testing.TB, all ...release.Published) map[release.Cell]int {
	t.Helper()
	_, cells, err := release.Reader(all...)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// TestTheAttackFailsOnTwoHundredReleases attacks 200 releases of six shapes by
// three rules for zeros: as prepared, with nothing hidden beside small numbers,
// and with nothing hidden at all.
func TestTheAttackFailsOnTwoHundredReleases(t *testing.T) {
	began := time.Now()
	var out, refused, hidden, small, naked, open, programs int
	perShape := map[string][2]int{}
	for seed := uint64(0); out < 200; seed++ {
		name, r := generate(seed)
		ru := rule([]string{release.ZerosCover, release.ZerosHidden, release.ZerosShown}[seed/6%3])
		o, err := release.Prepare(context.Background(), r, ru, release.Options{})
		if err != nil {
			refused++
			t.Logf("%d %s %s: %v", seed, name, ru.Zeros, err)
			continue
		}
		out++
		needs, n := promises(t, r, o.Published, 0, reader(t, o.Published))
		if broken := assail(t, needs, o.Published); broken > 0 {
			t.Errorf("%d %s %s: %d of %d promises broken", seed, name, ru.Zeros, broken, len(needs))
		}
		hidden, small, programs = hidden+len(needs), small+n, programs+o.Programs

		nothing := bare(r, ru, true)
		needs, n = promises(t, r, nothing, 0, reader(t, nothing))
		got := perShape[name]
		got[1]++
		if n > 0 && assail(t, needs, nothing) > 0 {
			naked++
			got[0]++
		}
		perShape[name] = got

		all := bare(r, ru, false)
		read := 0
		for _, sheet := range all.Tables {
			for _, row := range sheet.Rows {
				if row.Count == count(r, sheet.Over, row.At) {
					read++
				}
			}
		}
		if _, cells, err := release.Reader(all); err == nil && len(cells) == 0 && read > 0 {
			open++
		}
	}
	t.Logf("200 releases: %d hidden numbers, %d small, none broken; %d refused; unprotected: %d attacked, by shape %v; open: %d; %d programs; %v", hidden, small, refused, naked, perShape, open, programs, time.Since(began))
	if naked < 180 {
		t.Errorf("with nothing hidden beside small numbers the attack succeeded on %d only", naked)
	}
	if open != 200 {
		t.Errorf("with nothing hidden it read %d", open)
	}
}

// TestAStrangerAgreesWithTheProofs attacks a release of more than a thousand
// numbers without the proofs by which it was found safe.
func TestAStrangerAgreesWithTheProofs(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 2))
	dims := []release.Dimension{places(rnd, 10), flat("month", 12), flat("sex", 2)}
	r := release.Release{Dimensions: dims, Tables: [][]string{{"place", "month", "sex"}}, Facts: people(rnd, dims, 6_000)}
	o, err := release.Prepare(t.Context(), r, rule(release.ZerosCover), release.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, cells, err := release.Reader(o.Published)
	if err != nil {
		t.Fatal(err)
	}
	needs, small := promises(t, r, o.Published, 0, cells)
	broken, work, err := attack.Try(t.Context(), s, needs, attack.Proofs{})
	if err != nil || len(broken) > 0 {
		t.Errorf("%d broken, %v", len(broken), err)
	}
	t.Logf("%d numbers, %d hidden, %d small; the stranger solved %d programs in %d pivots", o.Cells, len(needs), small, work.Programs, work.Pivots)
}

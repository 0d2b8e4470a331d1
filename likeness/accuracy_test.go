package likeness_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"istmo/likeness"
	"istmo/store"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"unicode"
)

// figures count what was found of what there was to find.
type figures struct{ planted, found, first, offered, likely, rightLikely, right int }

func (f figures) recall() float64    { return float64(f.found) / float64(f.planted) }
func (f figures) precision() float64 { return float64(f.right) / float64(max(1, f.offered)) }
func (f figures) sure() float64      { return float64(f.rightLikely) / float64(max(1, f.likely)) }

// TestAccuracy plants repeats, siblings and twins in generated populations and
// looks for every repeat as a new capture. The floors are a little below what is
// reached, so that a change for the worse is seen, and are what an officer can work
// with: six of seven repeats found, one question of four in vain at the most, one
// for every eighth stranger, and "likely" wrong no more than one time in twelve,
// twins and siblings included. Plain folding, which needs the same letters, is the
// comparison.
func TestAccuracy(t *testing.T) {
	for _, size := range []int{300, 12_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			p := people{rand.New(rand.NewPCG(uint64(size), 7))}
			n := newNode(t, nil)
			known, folded := p.settle(t, n, size)
			start := time.Now()
			var f, plain figures
			for at := 0; at < size; at += max(1, size/600) {
				again := p.again(known[at])
				if again.GivenNames+again.FamilyNames == "" {
					continue
				}
				f.count(n.suggest(t, "new", again), subject(at))
				plain.planted++
				for _, s := range folded[foldPlain(again)] {
					plain.offered++
					if s == subject(at) {
						plain.found, plain.right = plain.found+1, plain.right+1
					}
				}
			}
			strangers := 0
			for range 600 {
				strangers += len(n.suggest(t, "new", p.person()))
			}
			t.Logf("of %d: recall %.3f (first in the list %.3f), precision %.3f, of the likely %.3f; %.3f offered for a stranger; plain folding: recall %.3f, precision %.3f; %v each",
				size, f.recall(), float64(f.first)/float64(f.planted), f.precision(), f.sure(), float64(strangers)/600, plain.recall(), plain.precision(), time.Since(start)/time.Duration(f.planted+600))
			if f.recall() < 0.86 || f.precision() < 0.75 || f.sure() < 0.92 || strangers > 75 {
				t.Error("below what an officer can work with")
			}
			if f.recall() < 2*plain.recall() {
				t.Error("no better than folding")
			}
		})
	}
}

func (f *figures) count(found []likeness.Candidate, want string) {
	f.planted++
	for at, c := range found {
		f.offered++
		if c.Band() == likeness.Likely {
			f.likely++
		}
		if c.Subject != want {
			continue
		}
		f.found, f.right = f.found+1, f.right+1
		if at == 0 {
			f.first++
		}
		if c.Band() == likeness.Likely {
			f.rightLikely++
		}
	}
}

func subject(n int) string { return fmt.Sprintf("per_%06d", n) }

// settle indexes a population, every tenth with a sibling beside and every
// hundredth with a twin.
func (p people) settle(t testing.TB, n node, size int) ([]likeness.Identity, map[string][]string) {
	known, folded := make([]likeness.Identity, 0, size+1), map[string][]string{}
	for len(known) < size {
		known = append(known, p.person())
		switch at := len(known) - 1; {
		case at%100 == 0:
			known = append(known, p.sibling(known[at], true))
		case at%10 == 0:
			known = append(known, p.sibling(known[at], false))
		}
	}
	for from := 0; from < len(known); from += 200 {
		n.write(t, func(tx *store.Tx) error {
			for at := from; at < min(from+200, len(known)); at++ {
				if err := likeness.Index(tx, subject(at), known[at]); err != nil {
					return err
				}
				folded[foldPlain(known[at])] = append(folded[foldPlain(known[at])], subject(at))
			}
			return nil
		})
	}
	return known, folded
}

// foldPlain is how names were compared before: the same letters, without marks.
func foldPlain(i likeness.Identity) string {
	plain, _, _ := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), i.GivenNames+" "+i.FamilyNames)
	return strings.Join(strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) }), " ")
}

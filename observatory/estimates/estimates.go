package estimates

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/observatory/mse"
	"istmo/store"
)

// Most replicates that are drawn for a page, and how long it may take.
const (
	MostReplicates = 10_000
	Patience       = 20 * time.Second
)

// smallOverlap is how few people two lists may share before that is said.
const smallOverlap = 5

// Run estimates. The table comes with no door but the page's: what a program sends as a
// question stands in an address.
type Run struct {
	Table      string `json:"-"`
	Threshold  string `json:"threshold"`
	Replicates int64  `json:"replicates"`
	Seed       int64  `json:"seed"`
}

// Verb names it.
func (Run) Verb() access.Verb { return "estimates.run" }

// Result is an estimate with all that it rests on.
type Result struct {
	Lists     []List        `json:"lists"`
	Overlaps  []Overlap     `json:"overlaps"`
	Repeated  int           `json:"repeated"`
	Estimate  mse.Estimate  `json:"estimate"`
	Intervals mse.Intervals `json:"intervals"`
	Seed      uint64        `json:"seed"`
	Other     []Other       `json:"other"`   // by other thresholds
	Without   []Other       `json:"without"` // without one list
	Digest    string        `json:"digest"`  // of the table
}

// List is a list and how many people are on it.
type List struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

// Overlap is how many people two lists share. Few is too few to rest much on.
type Overlap struct {
	mse.Pair
	Shared int  `json:"shared"`
	Few    bool `json:"few"`
}

// Other is the estimate with one thing changed, or why there is none.
type Other struct {
	What      string  `json:"what"`
	Total     float64 `json:"total"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Pairs     int     `json:"pairs"` // interactions that were taken
	Refused   string  `json:"refused"`
	Threshold float64 `json:"-"`
}

// thresholds are those that stability is asked of.
var thresholds = []float64{0.001, 0.005, 0.01, 0.02, 0.05, 0.1}

// running are who is being estimated for.
var running sync.Map

// Ask works while the asker waits, and no longer than they do.
func (c Run) Ask(tx *store.Tx, who access.Who) (r Result, err error) {
	key := act.Here(tx) + " " + who.Actor()
	if _, busy := running.LoadOrStore(key, true); busy {
		return r, fault.Conflict("estimates.busy")
	}
	defer running.Delete(key)
	ctx, stop := context.WithTimeout(tx.Context(), Patience)
	defer stop()
	r, err = c.estimate(ctx)
	if errors.Is(err, context.DeadlineExceeded) && tx.Context().Err() == nil {
		return r, fault.Conflict("estimates.too-slow")
	}
	return r, err
}

func (c Run) estimate(ctx context.Context) (r Result, err error) {
	threshold, replicates, err := c.settings()
	if err != nil {
		return r, err
	}
	if strings.TrimSpace(c.Table) == "" {
		return r, fault.Invalid("table", "estimates.no-table")
	}
	t, err := mse.Read(strings.NewReader(c.Table))
	if err != nil {
		return r, onTable(err)
	}
	if r.Estimate, err = t.Stepwise(threshold); err != nil {
		return r, onTable(err)
	}
	r.Seed = uint64(c.Seed)
	if r.Intervals, err = t.BCa(ctx, mse.Options{Threshold: threshold, Replicates: replicates, Seed: r.Seed}, nil); err != nil {
		return r, onTable(err)
	}
	r.Repeated, r.Digest = t.Repeated, Digest(t)
	for i, a := range t.Lists {
		r.Lists = append(r.Lists, List{a, t.On(a)})
		for _, b := range t.Lists[i+1:] {
			n := t.On(a, b)
			r.Overlaps = append(r.Overlaps, Overlap{mse.Pair{A: a, B: b}, n, n < smallOverlap})
		}
	}
	for _, at := range thresholds {
		r.Other = append(r.Other, other(t, at, strconv.FormatFloat(at, 'g', -1, 64)))
	}
	for i, name := range t.Lists {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		left, err := without(t, i)
		if err != nil {
			r.Without = append(r.Without, Other{What: name, Refused: fault.All(err)[0].Key})
			continue
		}
		r.Without = append(r.Without, other(left, threshold, name))
	}
	return r, nil
}

// settings are what is asked for, or the usual where nothing is said.
func (c Run) settings() (threshold float64, replicates int, err error) {
	var check fault.Check
	threshold, replicates = 0.02, 1000
	if said := strings.TrimSpace(c.Threshold); said != "" {
		p, e := strconv.ParseFloat(strings.Replace(said, ",", ".", 1), 64)
		check.That(e == nil && p >= 0 && p <= 0.5, "threshold", "estimate.bad-threshold")
		threshold = p
	}
	if c.Replicates != 0 {
		replicates = int(c.Replicates)
	}
	check.That(replicates >= mse.FewestReplicates && replicates <= MostReplicates, "replicates", "estimates.bad-replicates")
	check.That(c.Seed >= 0, "seed", "estimates.bad-seed")
	return threshold, replicates, check.Err()
}

// onTable has a fault of the file stand at the table, wherever that came from.
func onTable(err error) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	f := *all[0]
	if f.Field == "" || f.Field == "file" {
		f.Field = "table"
	}
	return &f
}

func other(t mse.Table, threshold float64, what string) Other {
	e, err := t.Stepwise(threshold)
	if err != nil {
		return Other{What: what, Refused: fault.All(err)[0].Key, Threshold: threshold}
	}
	return Other{what, e.Total, e.Low, e.High, len(e.Steps), "", threshold}
}

// without is a table as it would be if a list had never been kept.
func without(t mse.Table, i int) (mse.Table, error) {
	gone := t.Lists[i]
	var left []mse.History
	for _, h := range t.Histories() {
		on := slices.DeleteFunc(slices.Clone(h.Lists), func(name string) bool { return name == gone })
		if len(on) > 0 {
			left = append(left, mse.History{Lists: on, Count: h.Count})
		}
	}
	return mse.New(slices.Delete(slices.Clone(t.Lists), i, i+1), left)
}

// Digest names a table: the same facts, however they are written, have the same.
func Digest(t mse.Table) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", t.Lists)
	for _, one := range t.Histories() {
		fmt.Fprintf(h, "%q %d\n", one.Lists, one.Count)
	}
	return hex.EncodeToString(h.Sum(nil))
}

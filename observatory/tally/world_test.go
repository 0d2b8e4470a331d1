package tally_test

import (
	"context"
	"testing"

	"istmo/act"
	"istmo/cases"
	"istmo/observatory/counting"
	"istmo/observatory/tally"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
)

func find(t testing.TB, c *testkit.Country, id string) (r referrals.Referral) {
	t.Helper()
	err := c.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		r, err = referrals.Find(tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func receivedBy(c *testkit.Country, agency, referral string) (id string, err error) {
	err = c.DB.Read(context.Background(), func(tx *store.Tx) error {
		p, err := cases.ReceivedBy(tx, agency, referral)
		id = p.ID
		return err
	})
	return id, err
}

func figuresCode(alpha2 string) string { return counting.Citizenship([]string{alpha2}, "") }

// keepAs keeps a count as the node does.
func keepAs(c *testkit.Country, all tally.Counted) error {
	_, err := act.Do(context.Background(), c.Engine, c.Engine.Self, tally.Keep{Counted: all})
	return err
}

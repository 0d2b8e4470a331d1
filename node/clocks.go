package node

import (
	"context"
	"errors"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/identification"
	"istmo/jointfiles"
	"istmo/observatory/signals"
	"istmo/observatory/tally"
	"istmo/referrals"
	"istmo/response"
	"istmo/roadmap"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/store"
)

// clocks is every deed that time alone brings about, one line each: the node does
// it, as it does every consequence.
func (n *Node) clocks(ctx context.Context) error {
	return errors.Join(
		due(ctx, n, referrals.Overdue, func(id string) error {
			return self(ctx, n, referrals.Escalate{On: referrals.On{ID: id}})
		}),
		due(ctx, n, response.Overdue, func(id string) error {
			return self(ctx, n, response.Escalate{On: response.On{ID: id}})
		}),
		due(ctx, n, response.Unanswered, func(id string) error { return self(ctx, n, response.CallThem{Crossing: id}) }),
		due(ctx, n, response.ComingGaps, func(c response.WarnGap) error { return self(ctx, n, c) }),
		due(ctx, n, identification.Overdue, func(id string) error {
			return self(ctx, n, identification.Escalate{On: identification.On{ID: id}})
		}),
		due(ctx, n, cases.Behind, func(c cases.Compare) error { return self(ctx, n, c) }),
		due(ctx, n, roadmap.Overdue, func(c roadmap.Escalate) error { return self(ctx, n, c) }),
		due(ctx, n, roadmap.Unattested, func(id string) error {
			return self(ctx, n, roadmap.Attest{OnPlan: roadmap.OnPlan{ID: id}})
		}),
		due(ctx, n, screening.Expired, func(id string) error {
			return self(ctx, n, screening.Forget{On: screening.On{ID: id}})
		}),
		due(ctx, n, jointfiles.Over, func(id string) error {
			return self(ctx, n, jointfiles.Review{On: jointfiles.On{ID: id}})
		}),
		due(ctx, n, jointfiles.Held, func(id string) error {
			return self(ctx, n, jointfiles.SendHeld{On: jointfiles.On{ID: id}})
		}),
		due(ctx, n, coverage.Due(n.zone()), func(string) error {
			figures, err := coverage.Count(ctx, n.DB, n.zone())
			if err != nil {
				return err
			}
			return self(ctx, n, coverage.Keep{Figures: figures})
		}),
		due(ctx, n, signals.Due(n.zone()), func(s signals.Series) error {
			found, err := signals.Look(ctx, n.DB, s, n.zone())
			if err != nil {
				return err
			}
			return self(ctx, n, signals.Keep{Found: found})
		}),
		due(ctx, n, tally.Due(n.zone()), func(string) error {
			counted, err := tally.Count(ctx, n.DB, n.zone())
			if err != nil {
				return err
			}
			return self(ctx, n, tally.Keep{Counted: counted})
		}),
	)
}

// due does a deed for everything whose time has come. One that can no longer be
// done holds up no other.
func due[T any](ctx context.Context, n *Node, list func(*store.Tx) ([]T, error), do func(T) error) error {
	var all []T
	err := n.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = list(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := do(one); err != nil && len(fault.All(err)) == 0 {
			return err
		}
	}
	return nil
}

// self carries out a command as the node.
func self[O access.Object](ctx context.Context, n *Node, c act.Command[O]) error {
	_, err := act.Do(ctx, n.Engine, n.Engine.Self, c)
	return err
}

package node

import (
	"crypto/ed25519"
	"io"

	"istmo/exchange"
	"istmo/roadmap"
)

// PlanVerdict is what checking a plan's file found.
type PlanVerdict = roadmap.Verdict

// VerifyPlan checks a plan's file by itself: it needs no node. cards are the
// texts of nodes' cards, whose keys then vouch for the signatures.
func VerifyPlan(file io.Reader, cards []string) (PlanVerdict, error) {
	keys, err := keysOf(cards)
	if err != nil {
		return PlanVerdict{}, err
	}
	f, err := roadmap.ReadFile(file)
	if err != nil {
		return PlanVerdict{}, err
	}
	return f.Verify(keys)
}

// keysOf are the keys on the cards of nodes.
func keysOf(cards []string) (map[string]ed25519.PublicKey, error) {
	keys := map[string]ed25519.PublicKey{}
	for _, text := range cards {
		c, err := exchange.ParseCard(text)
		if err != nil {
			return nil, err
		}
		keys[c.Node] = c.Sign
	}
	return keys, nil
}

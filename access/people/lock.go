package people

import (
	"net/netip"
	"time"

	"istmo/fault"
	"istmo/store"
)

// Guessing is slowed down by waits that double with every failure, for the
// account and for the network address apart. Two things keep an outsider from
// using that to lock somebody out for ever: a wait is never longer than
// longestWait, and attempts made while waiting do not prolong it; and a browser
// in which the owner has signed in before has a wait of its own, which others
// cannot set off (the device cookie described by OWASP). Passkeys cannot be
// guessed, so they wait only with their address.
const (
	accountFailures = 5  // before an account or a known browser waits
	sourceFailures  = 30 // before an address waits: a ministry may share one
	firstWait       = 5 * time.Second
	longestWait     = 5 * time.Minute
	forgetFailures  = 24 * time.Hour // after the last one
)

// wait is how long to wait after so many failures, of which some are free.
func wait(failures, free int64) time.Duration {
	d := firstWait
	for n := free; n < failures && d < longestWait; n++ {
		d *= 2
	}
	if failures < free {
		return 0
	}
	return min(d, longestWait)
}

// waiting is how much longer subject has to wait.
func waiting(tx *store.Tx, subject string) (time.Duration, error) {
	l, err := findLock(tx, subject)
	if fault.Is(err, fault.KindNotFound) {
		return 0, nil
	}
	return max(0, l.Until.Sub(tx.Now)), err
}

// failed counts a failure against subject. While it waits nothing counts.
func failed(tx *store.Tx, subject string, free int64) error {
	l, err := findLock(tx, subject)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	if tx.Now.Before(l.Until) {
		return nil
	}
	if tx.Now.Sub(l.Last) > forgetFailures {
		l.Failures = 0
	}
	l.Failures++
	return putLock(tx, lock{subject, l.Failures, tx.Now, tx.Now.Add(wait(l.Failures, free))})
}

// accountSubject is what waits when somebody fails to sign in as user: the
// browser, if the user has been there before, or else the account for all
// other browsers together.
func accountSubject(tx *store.Tx, user, device string) (string, error) {
	known, err := knowsDevice(tx, hashOf(device), user)
	if known {
		return "device:" + hashOf(device), err
	}
	return "account:" + user, err
}

// sourceSubject is what waits for a network address: the address, or for IPv6
// the network of 64 bits that one subscriber has. It is kept as a hash under
// the node's secret, so that the rows are no list of addresses.
func (g *Gate) sourceSubject(address string) string {
	if a, err := netip.ParseAddr(address); err == nil {
		if a = a.Unmap(); a.Is6() {
			p, _ := a.WithZone("").Prefix(64)
			address = p.String()
		}
	}
	return "source:" + hashOf(string(derive(g.salt, address)))
}

// sourceWaits refuses an address that has to wait. It says so openly: the wait
// depends on nothing but the address.
func (g *Gate) sourceWaits(tx *store.Tx, address string) error {
	d, err := waiting(tx, g.sourceSubject(address))
	if err != nil || d == 0 {
		return err
	}
	return fault.Unavailable("people.sign-in-wait").With("Seconds", int64((d+time.Second-1)/time.Second))
}

package testkit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"

	"istmo/access"
	"istmo/screening"
	"istmo/screening/sealed"
)

// Phone is a screening device as the browser is one: it seals, and cannot read.
type Phone struct {
	ID, Post   string
	Token      []byte // with which it speaks to its node
	Outbox     sealed.Bundle
	country    *Country
	public     []byte
	credential string
	secret     []byte // of the officer's credential
	session    sealed.Session
	key        sealed.Secret // of the session, until it is locked
	n          uint32
	head       map[sealed.ID]string // the last revision that it knows of a screening
}

// Phone prepares one, for an officer, at a post.
func (c *Country) Phone(name, post string, officer access.Who) *Phone {
	c.world.T.Helper()
	p := &Phone{Post: post, Token: random(32), country: c, head: map[sealed.ID]string{}}
	sum := sha256.Sum256(p.Token)
	p.ID = Must(c.world.T, c, officer, screening.EnrolDevice{Name: name, Post: post, Token: hex.EncodeToString(sum[:])}).Object
	d, err := screening.DeviceOf(c.world.ctx(), c.DB, p.Token)
	c.world.must(err)
	settings, err := screening.SettingsOf(c.world.ctx(), c.DB, d)
	c.world.must(err)
	p.public, err = base64.RawURLEncoding.DecodeString(settings.Unit.Public)
	c.world.must(err)
	p.Officer(officer)
	return p
}

// Officer lets somebody screen with the phone, from here on.
func (p *Phone) Officer(who access.Who) {
	t := p.country.world.T
	t.Helper()
	p.secret = random(32)
	Must(t, p.country, who, screening.AddOfficer{OnDevice: screening.OnDevice{Device: p.ID}, Secret: base64.RawURLEncoding.EncodeToString(p.secret)})
	var err error
	p.credential, err = screening.CredentialOf(p.country.world.ctx(), p.country.DB, p.ID, who.ID)
	p.country.world.must(err)
	p.Unlock()
}

// Unlock begins a session, as entering the PIN does.
func (p *Phone) Unlock() {
	var err error
	p.session, p.key, err = sealed.Begin(p.public, p.ID, p.credential)
	p.country.world.must(err)
	p.n = 0
	p.Outbox.Sessions = append(p.Outbox.Sessions, p.session)
}

// Chain is a new screening's number.
func Chain() sealed.ID { return sealed.ID(random(16)) }

// Write seals a revision of a screening into the outbox. It goes on from what the
// phone knows, and is dated by the world's clock.
func (p *Phone) Write(chain sealed.ID, v sealed.Revision) {
	w := p.country.world
	w.T.Helper()
	v.At, v.Post, v.Parent = w.Now(), p.Post, p.head[chain]
	r, err := sealed.Seal(p.key, p.secret, sealed.Record{Session: p.session.ID(), N: p.n, Chain: chain, Rev: uint16(p.n)}, v)
	w.must(err)
	p.Outbox.Records = append(p.Outbox.Records, r)
	p.head[chain] = r.Session.String() + ":" + strconv.Itoa(int(r.N))
	p.n++
}

// Knows tells the phone where a screening stands, as another phone or the node does.
func (p *Phone) Knows(chain sealed.ID, from *Phone) { p.head[chain] = from.head[chain] }

// Pass gives another phone a copy of what waits, as pictures or a file do.
func (p *Phone) Pass(to *Phone) {
	b, err := sealed.Parse(p.Outbox.Bytes())
	p.country.world.must(err)
	to.Outbox.Sessions = append(to.Outbox.Sessions, b.Sessions...)
	to.Outbox.Records = append(to.Outbox.Records, b.Records...)
}

// Deliver hands over everything that waits, and forgets it.
func (p *Phone) Deliver() []screening.Entry {
	w := p.country.world
	w.T.Helper()
	d, err := screening.DeviceOf(w.ctx(), p.country.DB, p.Token)
	w.must(err)
	b, err := sealed.Parse(p.Outbox.Bytes())
	w.must(err)
	entries, err := screening.Deliver(w.ctx(), p.country.Engine, d, b)
	w.must(err)
	p.Outbox = sealed.Bundle{Sessions: []sealed.Session{p.session}}
	return entries
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

package cooperation

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Where a response reaches.
const (
	National = "national"
	Local    = "local"
)

// Response is what a country does about a line of work: who does what, in the
// whole country or in one place, as its delegation presented it.
type Response struct {
	ID          string    `json:"id"`
	Node        string    `json:"node"`
	Line        string    `json:"line"`
	Level       string    `json:"level"` // National or Local
	Place       string    `json:"place"` // where, if it is local
	WhatES      string    `json:"what_es"`
	WhatEN      string    `json:"what_en"`
	Who         string    `json:"who"`      // the institutions, by name
	Agencies    []string  `json:"agencies"` // those of them that are in the country's directory
	Source      string    `json:"source"`
	PresentedOn time.Time `json:"presented_on"`
	Withdrawn   bool      `json:"withdrawn"`
	Version     int64     `json:"version"`
}

// ObjectID is the response's id.
func (r Response) ObjectID() string { return r.ID }

// Facts are what a policy may look at.
func (r Response) Facts() access.Facts { return access.Facts{"node": r.Node} }

// PresentResponse tells the other countries what this one does, or tells it anew.
type PresentResponse struct {
	ID          string    `json:"id"` // of one that is there, or empty
	Line        string    `json:"line"`
	Level       string    `json:"level"`
	Place       string    `json:"place"`
	WhatES      string    `json:"what_es"`
	WhatEN      string    `json:"what_en"`
	Who         string    `json:"who"`
	Agencies    []string  `json:"agencies"`
	Source      string    `json:"source"`
	PresentedOn time.Time `json:"presented_on"` // today, if empty
}

// Verb names it.
func (PresentResponse) Verb() access.Verb { return "cooperation.present-response" }

// Find makes it, or loads the one that is told anew.
func (c PresentResponse) Find(tx *store.Tx, who access.Who) (Response, error) {
	r := Response{ID: tx.NewID("res"), Node: here(tx)}
	if c.ID != "" {
		var err error
		if r, err = presented(tx, c.ID); err != nil {
			return r, err
		}
	}
	r.Line, r.Level, r.Place, r.WhatES, r.WhatEN, r.Who = c.Line, c.Level, c.Place, c.WhatES, c.WhatEN, c.Who
	r.Agencies, r.Source, r.PresentedOn = c.Agencies, c.Source, c.PresentedOn
	if r.Level == National {
		r.Place = ""
	}
	if r.PresentedOn.IsZero() {
		r.PresentedOn = tx.Now
	}
	return r, nil
}

// presented loads a response that has not been withdrawn.
func presented(tx *store.Tx, id string) (Response, error) {
	return store.One(tx, (*Response).columns, selectResponse+` WHERE id = $1 AND NOT withdrawn`, id)
}

// Do keeps it and tells every partner.
func (c PresentResponse) Do(tx *store.Tx, who access.Who, r Response) error {
	var check fault.Check
	check.That(lineCode.MatchString(r.Line), "line", "cooperation.line-code")
	check.That(r.Level == National || r.Level == Local, "level", "fault.choose")
	check.That(r.Level != Local || r.Place != "", "place", "cooperation.response-where")
	check.That(len(r.Place) <= longestName, "place", "fault.too-long")
	bothTongues(&check, "what", r.WhatES, r.WhatEN)
	check.That(r.Who != "", "who", "fault.required")
	check.That(len(r.Who) <= longestText, "who", "fault.too-long")
	check.That(len(r.Source) <= longestText, "source", "fault.too-long")
	check.That(!r.PresentedOn.After(tx.Now), "presented_on", "fault.in-the-future")
	for _, id := range r.Agencies {
		_, err := AgencyOf(tx, r.Node, id)
		check.That(err == nil, "agencies", "cooperation.no-agency")
	}
	if err := check.Err(); err != nil {
		return err
	}
	return r.move(tx)
}

// WithdrawResponse takes back what this country no longer does.
type WithdrawResponse struct {
	ID string `json:"id"`
}

// Verb names it.
func (WithdrawResponse) Verb() access.Verb { return "cooperation.withdraw-response" }

// Find loads it.
func (c WithdrawResponse) Find(tx *store.Tx, who access.Who) (Response, error) {
	return presented(tx, c.ID)
}

// Do takes it back and tells every partner.
func (c WithdrawResponse) Do(tx *store.Tx, who access.Who, r Response) error {
	r.Withdrawn = true
	return r.move(tx)
}

func (r Response) move(tx *store.Tx) error {
	r.Version++
	if err := r.keep(tx); err != nil {
		return err
	}
	return tellAll(tx, r.ID, MirrorResponse{Response: r})
}

// MirrorResponse is how a partner's responses reach us.
type MirrorResponse struct {
	Response Response `json:"response"`
}

// Verb names it.
func (MirrorResponse) Verb() access.Verb { return "cooperation.mirror-response" }

// Find takes the response as sent; policy says whose it must be.
func (c MirrorResponse) Find(tx *store.Tx, who access.Who) (Response, error) {
	if l := c.Response.Level; l != National && l != Local {
		return c.Response, fault.Invalid("level", "fault.not-in-list")
	}
	return c.Response, nil
}

// Do keeps it, unless what is here is newer or another country's.
func (c MirrorResponse) Do(tx *store.Tx, who access.Who, r Response) error {
	old, err := store.One(tx, (*Response).columns, selectResponse+` WHERE id = $1`, r.ID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return r.keep(tx)
	case err == nil && old.Node != r.Node:
		return fault.Denied()
	case err != nil || old.Version >= r.Version:
		return err
	}
	return r.keep(tx)
}

// ShowResponses tells a new partner what this country does.
func ShowResponses(tx *store.Tx, partner string) error {
	all, err := Responses{}.Ask(tx, access.Who{})
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Node != here(tx) {
			continue
		}
		if err := tellEach(tx, []string{partner}, r.ID, MirrorResponse{Response: r}); err != nil {
			return err
		}
	}
	return nil
}

// Responses lists what each country does, by line of work and place.
type Responses struct{}

// Verb names it.
func (Responses) Verb() access.Verb { return "cooperation.responses" }

// Ask lists them; the countries' common lines come first, in their order.
func (Responses) Ask(tx *store.Tx, who access.Who) ([]Response, error) {
	all, err := store.All(tx, (*Response).columns, selectResponse+` WHERE NOT withdrawn ORDER BY line, node, level DESC, place, id`)
	slices.SortStableFunc(all, func(x, y Response) int { return rank(x.Line) - rank(y.Line) })
	return all, err
}

// rank is a line's place among those that all countries share.
func rank(line string) int {
	if i := slices.Index(Lines, line); i >= 0 {
		return i
	}
	return len(Lines)
}

package signals

import (
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/store"
)

// List is every signal, what stands first, with each series as it was last looked at.
type List struct{}

// Verb names it.
func (List) Verb() access.Verb { return "signals.list" }

// View is what an analyst reads.
type View struct {
	Here      string   `json:"here"`
	Signals   []Signal `json:"signals"`
	Series    []Looked `json:"series"`
	Dismissed int      `json:"dismissed"` // own signals of the last year that were nothing
	Told      int      `json:"told"`      // own signals of the last year
	Breaks    []Break  `json:"-"`
}

// Looked is the last look at a series. Nothing was looked at while Made is zero.
type Looked struct {
	Series Series `json:"series"`
	Body
}

// Ask lists them.
func (List) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	v.Here, v.Breaks = act.Here(tx), bound(tx).rows
	if v.Signals, err = all(tx, ` ORDER BY CASE WHEN state = 'standing' THEN 0 ELSE 1 END, month DESC, CASE WHEN grp = '' THEN 0 ELSE 1 END, grp, id`); err != nil {
		return v, err
	}
	year := tx.Now.AddDate(-1, 0, 0)
	for _, s := range v.Signals {
		if s.Node == v.Here && !s.Quietly && s.At.After(year) {
			v.Told++
			if s.State == Dismissed {
				v.Dismissed++
			}
		}
	}
	for _, s := range All {
		k, err := kept(tx, s)
		if err != nil {
			return v, err
		}
		k.Counts = nil
		v.Series = append(v.Series, Looked{s, k.Body})
	}
	return v, nil
}

// Open opens one signal, with what was said of it. Whoever does so knows of it.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "signals.open" }

// Opened is a signal and what was said of it.
type Opened struct {
	Signal Signal `json:"signal"`
	Said   []Said `json:"said"`
	Line   Line   `json:"line"` // as it was last drawn, if it was
	Body   Body   `json:"-"`
	Here   string `json:"here"`
}

// Said is what somebody said of a signal.
type Said struct {
	Verb   string    `json:"verb"`
	Words  string    `json:"words"`
	Source string    `json:"source"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Answer answers.
func (c Open) Answer(tx *store.Tx, who access.Who, s Signal) (o Opened, err error) {
	o.Signal, o.Here = s, act.Here(tx)
	notes, err := notesOf(tx, s.ID)
	if err != nil {
		return o, err
	}
	for _, n := range notes {
		o.Said = append(o.Said, Said{n.verb, n.words, n.source, n.by, n.at})
	}
	k, err := kept(tx, s.Series)
	if err != nil {
		return o, err
	}
	o.Body = k.Body
	if s.Node != o.Here && s.Series != Passing {
		return o, nil // a partner's posts and people are not ours
	}
	for _, l := range k.Lines {
		if l.Group == s.Group {
			o.Line = l
		}
	}
	return o, nil
}

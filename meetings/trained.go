package meetings

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/store"
)

// Learned is what an institution's people were trained in at one post. An
// institution of the directory whom no training reached is there too, with no
// post and nothing but gaps.
type Learned struct {
	Node   string `json:"node"`   // empty for an organisation of no country
	Agency string `json:"agency"` // empty where the directory does not know it
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Post   string `json:"post"`
	Cells  []Cell `json:"cells"` // one a topic of Knowledge, in its order
	Gaps   int64  `json:"gaps"`  // how many topics nobody there was trained in
}

// Cell is one topic at one institution and post.
type Cell struct {
	Topic   string    `json:"topic"`
	Last    time.Time `json:"last"`    // when it was taught there last; zero for never, or for a day that was not published
	People  int64     `json:"people"`  // how many were counted, over all times
	Counted bool      `json:"counted"` // whether every number is known
	Meeting string    `json:"meeting"` // the last one
	Unsaid  bool      `json:"unsaid"`  // somebody was to come, and nobody has said whether they did
}

// Gap reports whether nobody there is known to have been trained in it.
func (c Cell) Gap() bool { return c.Meeting == "" }

// Trained lists what each institution has been trained in, post by post.
// law: palermo:10.2
type Trained struct {
	Node  string `json:"node"`
	Kind  string `json:"kind"`
	Topic string `json:"topic"` // only those with a gap in it
}

// Verb names it.
func (Trained) Verb() access.Verb { return "meetings.trained" }

// Ask goes through the trainings and exchanges that were held and tells who came
// to learn what.
func (c Trained) Ask(tx *store.Tx, who access.Who) ([]Learned, error) {
	taught, err := store.All(tx, (*attended).columns, `SELECT m.id, m.starts, m.topics, d.node, d.agency, d.name_es, d.name_en, d.post, d.came, d.attended
		FROM meeting_delegation d JOIN meeting m ON m.id = d.meeting
		WHERE m.kind IN ('training', 'technical-exchange') AND m.state IN ('held', 'minuted') AND d.role = 'delegation' AND d.came <> 'no' ORDER BY m.starts, m.id, d.n`)
	if err != nil {
		return nil, err
	}
	agencies, err := (cooperation.Directory{}).Ask(tx, who)
	if err != nil {
		return nil, err
	}
	var all []Learned
	for _, a := range taught {
		l := place(&all, a, agencies, who.Lang)
		for i, topic := range Knowledge {
			if slices.Contains(a.topics, topic) {
				l.Cells[i].add(a)
			}
		}
	}
	for _, a := range agencies {
		if !slices.ContainsFunc(all, func(l Learned) bool { return l.Node == a.Node && l.Agency == a.ID }) {
			all = append(all, Learned{Node: a.Node, Agency: a.ID, Name: a.Name, Kind: a.Kind, Cells: empty()})
		}
	}
	return c.chosen(all), nil
}

// attended is a delegation at something that taught.
type attended struct {
	Delegation
	meeting string
	at      time.Time
	topics  []string
}

func (a *attended) columns() []any {
	return []any{&a.meeting, &a.at, &a.topics, &a.Node, &a.Agency, &a.NameES, &a.NameEN, &a.Post, &a.Came, &a.Attended}
}

// place is the row of an institution and post, begun where there is none yet.
func place(all *[]Learned, a attended, agencies []cooperation.Agency, lang string) *Learned {
	for i, l := range *all {
		if l.Node == a.Node && l.Agency == a.Agency && strings.EqualFold(l.Post, a.Post) && (a.Agency != "" || strings.EqualFold(l.Name, a.Name(lang))) {
			return &(*all)[i]
		}
	}
	l := Learned{Node: a.Node, Agency: a.Agency, Name: a.Name(lang), Post: a.Post, Cells: empty()}
	for _, known := range agencies {
		if known.Node == a.Node && known.ID == a.Agency {
			l.Name, l.Kind = known.Name, known.Kind
		}
	}
	*all = append(*all, l)
	return &(*all)[len(*all)-1]
}

func empty() []Cell {
	cells := make([]Cell, len(Knowledge))
	for i, topic := range Knowledge {
		cells[i] = Cell{Topic: topic, Counted: true}
	}
	return cells
}

// add counts one delegation in. Of whom nobody has said that they came, nothing is
// known.
func (c *Cell) add(a attended) {
	if a.Came != "yes" {
		c.Unsaid = true
		return
	}
	if c.Meeting == "" || a.at.After(c.Last) {
		c.Last, c.Meeting = a.at, a.meeting
	}
	c.People += a.Attended
	c.Counted = c.Counted && a.Attended > 0
}

// chosen leaves what was asked for, by country and name, and counts the gaps.
func (c Trained) chosen(all []Learned) []Learned {
	var kept []Learned
	for _, l := range all {
		gap := c.Topic == ""
		for _, cell := range l.Cells {
			if cell.Gap() {
				l.Gaps++
				gap = gap || cell.Topic == c.Topic
			}
		}
		if gap && (c.Node == "" || l.Node == c.Node) && (c.Kind == "" || l.Kind == c.Kind) {
			kept = append(kept, l)
		}
	}
	slices.SortStableFunc(kept, func(a, b Learned) int {
		return strings.Compare(a.Node+"\x00"+strings.ToLower(a.Name)+"\x00"+a.Post, b.Node+"\x00"+strings.ToLower(b.Name)+"\x00"+b.Post)
	})
	return kept
}

package meetings

import (
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/flow"
)

// Kinds of meeting. The last two teach something.
var Kinds = []string{"bilateral", "multilateral", "workshop", TechnicalExchange, Training}

// The kinds from which follows what an institution has been trained in.
const (
	TechnicalExchange = "technical-exchange"
	Training          = "training"
)

// Knowledge is what people are trained in, as the technical roadmaps name it.
var Knowledge = []string{"identification", "assistance", "investigation", "prosecution", "adjudication"}

// Topics are what a meeting can be about: knowledge, and the lines of work.
var Topics = append([]string{"prevention", "protection", "legal-action", "coordination"}, Knowledge...)

// Roles in which an institution comes to a meeting.
var Roles = []string{Delegate, "organiser", "observer"}

// Delegate is who comes to take part, and to learn.
const Delegate = "delegation"

// MaterialKinds are the kinds of material.
var MaterialKinds = []string{"presentation", "manual", "report", "form", "recording", "other"}

// Meeting is states meeting under an agreement.
type Meeting struct {
	cooperation.Joint
	Kind         string     `json:"kind"`
	TitleES      string     `json:"title_es"`
	TitleEN      string     `json:"title_en"`
	PurposeES    string     `json:"purpose_es"`
	PurposeEN    string     `json:"purpose_en"`
	Place        string     `json:"place"`
	Country      string     `json:"country"` // ISO 3166, of the place
	Zone         string     `json:"zone"`    // in which its times are told
	Starts       time.Time  `json:"starts"`
	Ends         time.Time  `json:"ends"`  // the instant at which it is over
	Whole        bool       `json:"whole"` // whole days, from midnight to midnight
	Hosts        string     `json:"hosts"` // who organises it, in words
	Topics       []string   `json:"topics"`
	Follows      string     `json:"follows"`      // the meeting that it follows up
	NextBy       time.Time  `json:"next_by"`      // the day before which the parties agreed to meet again
	Frames       []string   `json:"frames"`       // what it serves: "sdg:5", "gcm:7"
	Source       string     `json:"source"`       // where it was published
	Participants int64      `json:"participants"` // how many people came in all; 0 where nobody knows
	Recorded     bool       `json:"recorded"`     // it had been when it was written down
	MinutesES    string     `json:"minutes_es"`
	MinutesEN    string     `json:"minutes_en"`
	Reason       string     `json:"reason"` // why it was cancelled
	From         string     `json:"from"`   // the party that announced it
	Agency       string     `json:"agency"` // its institution that did
	State        flow.State `json:"state"`
	was          flow.State

	Agenda      []Item       `json:"agenda"`
	Delegations []Delegation `json:"delegations"`
	Materials   []Material   `json:"materials"`
	Decisions   []Decision   `json:"decisions"`
	Approvals   []Approval   `json:"approvals"`
}

// Item is one of the agenda.
type Item struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"` // zero where no hour is set
	TitleES    string    `json:"title_es"`
	TitleEN    string    `json:"title_en"`
	Leads      string    `json:"leads"`       // "PA/agy_…", or an organisation in words
	LeadsNamed string    `json:"leads_named"` // as the directory called it then
	From       string    `json:"from"`        // the party that put it there
}

// Delegation is an institution that comes, and how many of its people.
type Delegation struct {
	ID       string `json:"id"`
	Node     string `json:"node"`   // its country's; empty for an organisation of none
	Agency   string `json:"agency"` // of the directory, or empty
	NameES   string `json:"name_es"`
	NameEN   string `json:"name_en"`
	Role     string `json:"role"`
	Post     string `json:"post"`     // where they work: "Lajas Blancas"
	Expected int64  `json:"expected"` // 0 where nobody said
	Came     string `json:"came"`     // yes, no, or empty while nobody has said
	Attended int64  `json:"attended"` // 0 where the number is not known
	From     string `json:"from"`     // the party that named it
}

// Material is what was shown or handed out: what it is and where it is kept,
// never the thing itself, which may hold what nobody here may see.
type Material struct {
	ID      string `json:"id"`
	TitleES string `json:"title_es"`
	TitleEN string `json:"title_en"`
	Kind    string `json:"kind"`
	Kept    string `json:"kept"` // an address, or a reference of an archive
	From    string `json:"from"`
}

// Decision is what a meeting decided. With owners it has become a proposal of the
// joint plan.
type Decision struct {
	ID         string    `json:"id"`
	TextES     string    `json:"text_es"`
	TextEN     string    `json:"text_en"`
	Line       string    `json:"line"` // the line of work, or empty
	Owners     []string  `json:"owners"`
	Due        time.Time `json:"due"`
	Commitment string    `json:"commitment"` // of the joint plan, or empty
	From       string    `json:"from"`
	Agency     string    `json:"agency"`
}

// Facts are what a policy may look at.
func (m Meeting) Facts() access.Facts {
	f := m.Joint.Facts()
	f["state"] = string(m.State)
	return f
}

// Title is what it is called in a language.
func (m Meeting) Title(lang string) string { return in(lang, m.TitleES, m.TitleEN) }

// Purpose is what it is for, in a language.
func (m Meeting) Purpose(lang string) string { return in(lang, m.PurposeES, m.PurposeEN) }

// Title is the item's name in a language.
func (i Item) Title(lang string) string { return in(lang, i.TitleES, i.TitleEN) }

// Name is the institution's in a language.
func (d Delegation) Name(lang string) string { return in(lang, d.NameES, d.NameEN) }

// Title is the material's in a language.
func (m Material) Title(lang string) string { return in(lang, m.TitleES, m.TitleEN) }

// Text is the decision in a language.
func (d Decision) Text(lang string) string { return in(lang, d.TextES, d.TextEN) }

// in chooses between two texts; where one is not known, the other stands for it.
func in(lang, es, en string) string {
	if lang == "en" && en != "" || es == "" {
		return en
	}
	return es
}

// zone is where its times are told; UTC where the tables do not know it.
func (m Meeting) zone() *time.Location {
	if at, err := time.LoadLocation(m.Zone); err == nil {
		return at
	}
	return time.UTC
}

// Days are its first and last day, by the place's own calendar.
func (m Meeting) Days() (first, last time.Time) {
	return m.Starts.In(m.zone()), m.Ends.Add(-time.Second).In(m.zone())
}

// Local is an instant as the clocks of the place tell it.
func (m Meeting) Local(t time.Time) time.Time { return t.In(m.zone()) }

// Due is the last instant at which the parties have still met again in time: the
// end of the day before the one that they named, where they had met.
func (m Meeting) Due() time.Time {
	if m.NextBy.IsZero() {
		return time.Time{}
	}
	return time.Date(m.NextBy.Year(), m.NextBy.Month(), m.NextBy.Day(), 0, 0, 0, 0, m.zone()).Add(-time.Second).UTC()
}

// Teaches reports whether people were trained in it.
func (m Meeting) Teaches() bool { return m.Kind == Training || m.Kind == TechnicalExchange }

// begun reports whether it has begun, for what can only be said of it then.
// Undated reports whether the day on which it took place was never published.
func (m Meeting) Undated() bool { return m.Starts.IsZero() }

func (m Meeting) begun(now time.Time) bool { return !now.Before(m.Starts) }

package places

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Risks are the kinds of risk, in the order in which they are shown.
var Risks = []string{"armed-group", "organised-crime", "illegal-economy", "border-closed", "road-closed", "other"}

// Countries are those of which risks are told.
var Countries = []string{"PA", "CO", "CR"}

// Word is what an institution said of a risk at a place. The words of one risk
// share their factor; the last stands.
type Word struct {
	ID           string    `json:"id"`     // wrd_…
	Factor       string    `json:"factor"` // fct_…
	Deed         string    `json:"deed"`   // reported, corrected, ended
	Agency       string    `json:"agency"`
	Place        string    `json:"place"` // a code of the gazetteer, plc_… or pst_…; or empty
	Country      string    `json:"country"`
	Municipality string    `json:"municipality"` // where no place of the list is meant
	Kind         string    `json:"kind"`
	Since        time.Time `json:"since"`
	Until        time.Time `json:"until"` // zero while it holds
	Words        string    `json:"words"`
	Source       string    `json:"source"`
	Dated        time.Time `json:"dated"` // the day of the source
	SaidAt       time.Time `json:"said_at"`
	ReplacedAt   time.Time `json:"replaced_at"`
}

// ObjectID is the risk that is spoken of.
func (w Word) ObjectID() string { return w.Factor }

// Facts are what a policy may look at.
func (w Word) Facts() access.Facts { return access.Facts{"agency": w.Agency} }

// About is what is said of a risk.
type About struct {
	Place        string    `json:"place"`
	Country      string    `json:"country"` // of a municipality that is not in the list
	Municipality string    `json:"municipality"`
	Kind         string    `json:"kind"`
	Since        time.Time `json:"since"`
	Until        time.Time `json:"until"`
	Words        string    `json:"words"`
	Source       string    `json:"source"`
	Dated        time.Time `json:"dated"`
}

// say puts what is said into a word, or says what is wrong with it.
func (w *Word) say(tx *store.Tx, who access.Who, a About) error {
	var check fault.Check
	municipality, words := strings.TrimSpace(a.Municipality), strings.TrimSpace(a.Words)
	check.That(a.Place != "" || municipality != "", "place", "places.choose-where")
	check.That(a.Place == "" || municipality == "", "municipality", "places.one-where")
	check.That(len(municipality) <= 100, "municipality", "fault.too-long")
	country := a.Country
	if a.Place != "" {
		all, err := spots(tx, who)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(s Spot) bool { return s.ID == a.Place || s.Code == a.Place })
		check.That(i >= 0, "place", "fault.not-in-list")
		if i >= 0 {
			country, a.Place = all[i].Country, cmp.Or(all[i].Code, all[i].ID) // a post may close; its place stays
		}
	} else if municipality != "" {
		check.That(slices.Contains(Countries, country), "country", "fault.not-in-list")
	}
	check.That(slices.Contains(Risks, a.Kind), "kind", "fault.not-in-list")
	check.That(!a.Since.IsZero(), "since", "fault.required")
	check.That(!a.Since.After(tx.Now), "since", "fault.in-the-future")
	check.That(a.Until.IsZero() || !a.Until.Before(a.Since), "until", "places.until-before")
	check.That(words != "", "words", "fault.required")
	check.That(len(words) <= 500, "words", "fault.too-long")
	said(&check, a.Source, a.Dated, tx.Now)
	s, err := secrets(tx)
	if err != nil {
		return err
	}
	check.That(!s.tells(words), "words", "places.no-protection-in-words")
	check.That(!s.keeps(municipality), "municipality", "places.never-protection")
	w.Place, w.Country, w.Municipality, w.Kind, w.Since, w.Until = a.Place, country, municipality, a.Kind, a.Since, a.Until
	w.Words, w.Source, w.Dated, w.SaidAt = words, strings.TrimSpace(a.Source), a.Dated, tx.Now
	return check.Err()
}

// ReportFactor says that there is a risk at a place.
type ReportFactor struct{ About }

// Verb names it.
func (ReportFactor) Verb() access.Verb { return "places.report-factor" }

// Find makes it.
func (c ReportFactor) Find(tx *store.Tx, who access.Who) (Word, error) {
	return Word{ID: tx.NewID("wrd"), Factor: tx.NewID("fct"), Deed: "reported", Agency: who.Agency}, nil
}

// Do keeps it.
func (c ReportFactor) Do(tx *store.Tx, who access.Who, w Word) error {
	if err := w.say(tx, who, c.About); err != nil {
		return err
	}
	return w.stand(tx)
}

// OnFactor is a risk that was said.
type OnFactor struct {
	ID string `json:"id"` // fct_…
}

// Find loads what stands of it.
func (c OnFactor) Find(tx *store.Tx, who access.Who) (Word, error) { return standing(tx, c.ID) }

// CorrectFactor says it anew. What was said before stays in the record.
type CorrectFactor struct {
	OnFactor
	About
}

// Verb names it.
func (CorrectFactor) Verb() access.Verb { return "places.correct-factor" }

// Do keeps it.
func (c CorrectFactor) Do(tx *store.Tx, who access.Who, w Word) error {
	w.ID, w.Deed = tx.NewID("wrd"), "corrected"
	if err := w.say(tx, who, c.About); err != nil {
		return err
	}
	return w.stand(tx)
}

// EndFactor says since when it is over, and who says so.
type EndFactor struct {
	OnFactor
	Until  time.Time `json:"until"`
	Source string    `json:"source"`
	Dated  time.Time `json:"dated"`
}

// Verb names it.
func (EndFactor) Verb() access.Verb { return "places.end-factor" }

// Do keeps it.
func (c EndFactor) Do(tx *store.Tx, who access.Who, w Word) error {
	if w.over(tx.Now) {
		return fault.Conflict("places.over-already")
	}
	var check fault.Check
	check.That(!c.Until.IsZero(), "until", "fault.required")
	check.That(!c.Until.After(tx.Now), "until", "fault.in-the-future")
	check.That(c.Until.IsZero() || !c.Until.Before(w.Since), "until", "places.until-before")
	said(&check, c.Source, c.Dated, tx.Now)
	if err := check.Err(); err != nil {
		return err
	}
	w.ID, w.Deed, w.Until, w.Source, w.Dated, w.SaidAt = tx.NewID("wrd"), "ended", c.Until, strings.TrimSpace(c.Source), c.Dated, tx.Now
	return w.stand(tx)
}

// over is whether it ended by a day that has come.
func (w Word) over(now time.Time) bool { return !w.Until.IsZero() && !w.Until.After(now) }

// ConfirmFactor says that it still holds. Any institution that may report can say so
// of what another reported, and of its own.
type ConfirmFactor struct {
	OnFactor
	Source string    `json:"source"`
	Dated  time.Time `json:"dated"`
}

// Verb names it.
func (ConfirmFactor) Verb() access.Verb { return "places.confirm-factor" }

// Do keeps it.
func (c ConfirmFactor) Do(tx *store.Tx, who access.Who, w Word) error {
	if w.over(tx.Now) {
		return fault.Conflict("places.over-already")
	}
	var check fault.Check
	said(&check, c.Source, c.Dated, tx.Now)
	if err := check.Err(); err != nil {
		return err
	}
	return Confirmation{ID: tx.NewID("cnf"), Factor: w.Factor, Agency: who.Agency, Source: strings.TrimSpace(c.Source), Dated: c.Dated, SaidAt: tx.Now}.insert(tx)
}

// Confirmation is that an institution saw that a risk still holds.
type Confirmation struct {
	ID     string    `json:"id"` // cnf_…
	Factor string    `json:"factor"`
	Agency string    `json:"agency"`
	Source string    `json:"source"`
	Dated  time.Time `json:"dated"`
	SaidAt time.Time `json:"said_at"`
}

// The states of a risk.
const (
	Holds       = "holds"
	Unconfirmed = "unconfirmed"
	Over        = "over"
)

// Factor is a risk as it stands.
type Factor struct {
	Word
	By          Institution   `json:"by"`
	State       string        `json:"state"`
	LastSeen    time.Time     `json:"last_seen"`    // the newest day on which a source saw it
	ConfirmedBy []Institution `json:"confirmed_by"` // others than who reported it
}

// Institution is who said something.
type Institution struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"` // of people.AgencyKinds
}

// Ombudsman is whether it is the one that watches over rights.
func (i Institution) Ombudsman() bool { return i.Kind == "ombudsman" }

// institution finds who an agency of this node is. One that left is known by its id.
func institution(tx *store.Tx, id string) (Institution, error) {
	a, err := cooperation.AgencyOf(tx, act.Here(tx), id)
	if fault.Is(err, fault.KindNotFound) {
		return Institution{ID: id}, nil
	}
	return Institution{ID: id, Name: a.Name, Kind: a.Kind}, err
}

// factors are all risks as they stand: those that hold, then those that nobody has
// confirmed for long, then those that are over; of each the newest first.
func factors(tx *store.Tx) (all []Factor, err error) {
	words, err := store.All(tx, (*Word).columns, selectWord+` WHERE replaced_at = '' ORDER BY since DESC, factor`)
	if err != nil {
		return nil, err
	}
	confirmed, err := store.All(tx, (*Confirmation).columns, selectConfirmation+` ORDER BY said_at, id`)
	if err != nil {
		return nil, err
	}
	kept, err := secrets(tx)
	if err != nil {
		return nil, err
	}
	for _, w := range words {
		if kept.tells(w.Words) || kept.keeps(w.Municipality) {
			continue // an institution came to bear that name later
		}
		f := Factor{Word: w, State: Holds, LastSeen: w.Dated}
		if f.By, err = institution(tx, w.Agency); err != nil {
			return nil, err
		}
		for _, c := range confirmed {
			if c.Factor != w.Factor {
				continue
			}
			if c.Dated.After(f.LastSeen) {
				f.LastSeen = c.Dated
			}
			i, err := institution(tx, c.Agency)
			if err != nil {
				return nil, err
			}
			if c.Agency != w.Agency && !slices.Contains(f.ConfirmedBy, i) {
				f.ConfirmedBy = append(f.ConfirmedBy, i)
			}
		}
		due, err := cooperation.Due(tx, act.Here(tx), "places.confirm", f.LastSeen)
		switch {
		case w.over(tx.Now):
			f.State = Over
		case err != nil:
			return nil, err
		case due.Overdue(tx.Now):
			f.State = Unconfirmed
		}
		all = append(all, f)
	}
	rank := []string{Holds, Unconfirmed, Over}
	slices.SortStableFunc(all, func(a, b Factor) int { return cmp.Compare(slices.Index(rank, a.State), slices.Index(rank, b.State)) })
	return all, nil
}

// History is all that was said of a risk.
type History struct {
	ID string `json:"id"` // fct_…
}

// Verb names it.
func (History) Verb() access.Verb { return "places.history" }

// Said is a risk with every word and confirmation, the newest first.
type Said struct {
	Factor        Factor         `json:"factor"`
	Words         []Word         `json:"words"`
	Confirmations []Confirmation `json:"confirmations"`
	Institutions  []Institution  `json:"institutions"` // of all who spoke
	Mine          bool           `json:"mine"`         // the reader's institution reported it
}

// Ask lists it.
func (c History) Ask(tx *store.Tx, who access.Who) (s Said, err error) {
	all, err := factors(tx)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(all, func(f Factor) bool { return f.Word.Factor == c.ID })
	if i < 0 {
		return s, fault.NotFound()
	}
	s.Factor, s.Mine = all[i], all[i].Agency == who.Agency
	if s.Words, err = store.All(tx, (*Word).columns, selectWord+` WHERE factor = $1 ORDER BY said_at DESC, id DESC`, c.ID); err != nil {
		return s, err
	}
	if s.Confirmations, err = store.All(tx, (*Confirmation).columns, selectConfirmation+` WHERE factor = $1 ORDER BY said_at DESC, id DESC`, c.ID); err != nil {
		return s, err
	}
	agencies := []string{s.Factor.Agency}
	for _, one := range s.Confirmations {
		agencies = append(agencies, one.Agency)
	}
	for _, id := range agencies {
		i, err := institution(tx, id)
		if err != nil {
			return s, err
		}
		if !slices.Contains(s.Institutions, i) {
			s.Institutions = append(s.Institutions, i)
		}
	}
	return s, nil
}

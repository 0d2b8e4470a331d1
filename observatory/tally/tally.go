package tally

import (
	"time"

	"istmo/screening/fairness"
)

// Row is how many people have one combination of codes: those of package counting,
// and of citizenships ISO 3166-1 alpha-3. Year is that of first detection.
type Row struct {
	Year        int    `json:"year"`
	Sex         string `json:"sex"`
	Age         string `json:"age"`
	Form        string `json:"form"`
	Citizenship string `json:"citizenship"`
	Standing    string `json:"standing"`
	Count       int    `json:"count"`
}

// Returned is how many people came home, or to where they chose, by a referral for
// return that arrived: by the year of arrival and the country (alpha-3).
type Returned struct {
	Year    int    `json:"year"`
	Country string `json:"country"`
	Sex     string `json:"sex"`
	Age     string `json:"age"`
	Count   int    `json:"count"`
}

// Cube is the whole count, small numbers too. It never leaves the node as it is.
type Cube struct {
	Made     time.Time  `json:"made"`
	Country  string     `json:"country"` // ISO 3166-1 alpha-3
	Rules    string     `json:"rules"`   // version of the counting rules
	Rows     []Row      `json:"rows"`
	Returned []Returned `json:"returned"`
}

// Hidden stands for a number that is not shown: it is small, or another could be
// worked out from it.
const Hidden = fairness.Hidden

// All is everybody, in the place of a code or of a year.
const All = ""

// The attributes by which people are shown, one at a time.
const (
	BySex         = "sex"
	ByAge         = "age"
	ByForm        = "form"
	ByCitizenship = "citizenship"
	ByStanding    = "standing"
	ByTime        = "time"
)

// Figures are what dashboards show. Nothing that is too small is in them: such a
// number is Hidden.
type Figures struct {
	Made  time.Time `json:"made"`  // source of every figure: this node's own records, as of then
	Rules string    `json:"rules"` // version of the counting rules
	Rule  string    `json:"rule"`  // version of the rule by which small numbers are hidden
	Least int       `json:"least"` // the smallest number of people that is shown

	// People by year of first detection and one attribute at a time; also over all
	// years (Year 0) and over all codes (Of All). In the order of By, Year and Of.
	// Citizenships with few people all together are one: "other".
	People []People `json:"people"`

	// Months are people by month of first detection and what they count as today, the
	// last three calendar years, the oldest first; with Standing All for both together.
	// Years stand there too, and before them older years alone.
	Months []Month `json:"months"`

	// Dropped are attributes by which nothing can be shown: so few people would be told
	// apart by it that the rest gives them away. ByTime: nothing by year or month.
	Dropped []string `json:"dropped"`

	// Referrals of the last 24 months, by the month in which they were sent.
	Referrals []Referred `json:"referrals"`

	// Times are how long steps took beside their clocks, by the month in which the clock
	// began, the last twelve; and, with Month All, the twelve together.
	Times []Time `json:"times"`

	// Absent is what this node knows nothing of, such as perpetrators, and why.
	Absent []Absent `json:"absent"`
}

// People is a number of people.
type People struct {
	By   string `json:"by"`
	Year int    `json:"year"` // 0: all years
	Of   string `json:"of"`   // a code of By; All
	N    int    `json:"n"`    // or Hidden
}

// Month is people first detected in a month, "2026-03", or in a year, "2026"; All for
// all time.
type Month struct {
	Month    string `json:"month"`
	Standing string `json:"standing"` // All: both
	N        int    `json:"n"`        // or Hidden
}

// Referred is how many referrals of a month stand where; with Month or Outcome All,
// their totals.
type Referred struct {
	Month   string `json:"month"`
	Way     string `json:"way"`     // out to another country, in from one, within this one
	Outcome string `json:"outcome"` // one of Outcomes, or All
	N       int    `json:"n"`       // or Hidden
}

// Where a referral can go, and what can become of it.
var (
	Ways     = []string{"out", "in", "within"}
	Outcomes = []string{"waiting", "accepted", "arrived", "not-arrived", "declined", "withdrawn"}
)

// Time is how long a step took. Counted are those that were done, and those that were
// not though their term has run out.
type Time struct {
	Clock   string  `json:"clock"` // one of Clocks
	Month   string  `json:"month"` // All: twelve months together
	N       int     `json:"n"`     // or Hidden; then nothing else is known
	Minutes float64 `json:"minutes"`
	InTime  float64 `json:"in_time"` // percent of N; -1 where there is no term, or its length is not known
}

// Clocks are the steps whose time is taken: an alert acknowledged, from its raising;
// the team with the person, from the raising, which has no term of its own, and from
// setting out; a referral acknowledged, from its sending, and decided, from then on
// (its term begins anew when what was asked is answered); an identification decided,
// from when the authority knew.
var Clocks = []string{"alert.acknowledge", "alert.reach", "alert.travel", "referral.acknowledge", "referral.decide", "identification.decide"}

// Absent is something of which nothing is known, with the key of the words that say why.
type Absent struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// nothing is what a node does not keep. A joint file's entries are words of two
// countries' justice, sealed; no row of any room says who did it to whom, that a
// complaint was filed or that a court ruled.
var nothing = []Absent{{"perpetrators", "tally.absent.perpetrators"}, {"justice", "tally.absent.justice"}}

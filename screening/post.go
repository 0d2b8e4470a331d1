package screening

import (
	"strconv"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Post is a place where people are screened.
type Post struct {
	ID     string `json:"id"` // pst_…
	Agency string `json:"agency"`
	Name   string `json:"name"`
	Place  string `json:"place"`
	Lat    string `json:"lat"` // degrees, WGS 84, or empty
	Lon    string `json:"lon"`
	Active bool   `json:"active"`
}

// ObjectID is the post's id.
func (p Post) ObjectID() string { return p.ID }

// Facts are what a policy may look at.
func (p Post) Facts() access.Facts { return access.Facts{"agency": p.Agency} }

// AddPost opens a post.
type AddPost struct {
	Name  string `json:"name"`
	Place string `json:"place"`
	Lat   string `json:"lat"`
	Lon   string `json:"lon"`
}

// Verb names it.
func (AddPost) Verb() access.Verb { return "screening.add-post" }

// Find makes it.
func (c AddPost) Find(tx *store.Tx, who access.Who) (Post, error) {
	return Post{ID: tx.NewID("pst"), Agency: who.Agency, Name: c.Name, Place: c.Place, Lat: c.Lat, Lon: c.Lon, Active: true}, nil
}

// Do stores it.
func (c AddPost) Do(tx *store.Tx, who access.Who, p Post) error {
	var check fault.Check
	check.That(c.Name != "", "name", "fault.required")
	check.That(len(c.Name) <= 100, "name", "fault.too-long")
	check.That(c.Place != "", "place", "fault.required")
	check.That(len(c.Place) <= 100, "place", "fault.too-long")
	check.That((c.Lat == "") == (c.Lon == ""), "lon", "screening.both-coordinates")
	check.That(degrees(c.Lat, 90), "lat", "screening.degrees")
	check.That(degrees(c.Lon, 180), "lon", "screening.degrees")
	if err := check.Err(); err != nil {
		return err
	}
	return p.insert(tx)
}

func degrees(s string, most float64) bool {
	d, err := strconv.ParseFloat(s, 64)
	return s == "" || err == nil && d >= -most && d <= most
}

// ClosePost closes a post: nobody prepares a phone for it any more. What was
// screened there stays.
type ClosePost struct {
	ID string `json:"id"`
}

// Verb names it.
func (ClosePost) Verb() access.Verb { return "screening.close-post" }

// Find loads it.
func (c ClosePost) Find(tx *store.Tx, who access.Who) (Post, error) {
	return store.One(tx, (*Post).columns, selectPost+` WHERE id = $1`, c.ID)
}

// Do closes it.
func (c ClosePost) Do(tx *store.Tx, who access.Who, p Post) error {
	_, err := tx.Exec(`UPDATE screening_post SET active = FALSE WHERE id = $1`, p.ID)
	return err
}

// Posts lists the posts of the node.
type Posts struct{}

// Verb names it.
func (Posts) Verb() access.Verb { return "screening.posts" }

// Ask lists them by name, those that are open first.
func (Posts) Ask(tx *store.Tx, who access.Who) ([]Post, error) {
	return store.All(tx, (*Post).columns, selectPost+` ORDER BY active DESC, name, id`)
}

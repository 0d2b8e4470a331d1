package places

import (
	"embed"
	"slices"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds places and what is said of them.
var Schema = store.Dir("places", files)

const selectPlace = `SELECT id, agency, country, region, kind, name, post, lat, lon, certainty, source, dated, moved_at, closed_at FROM places_place`

func (p *Place) columns() []any {
	return []any{&p.ID, &p.Agency, &p.Country, &p.Region, &p.Kind, &p.Name, &p.Post, &p.Lat, &p.Lon, &p.Certain, &p.Source, &p.Dated, &p.MovedAt, &p.ClosedAt}
}

func stored(tx *store.Tx) ([]Place, error) {
	return store.All(tx, (*Place).columns, selectPlace+` ORDER BY name, id`)
}

func find(tx *store.Tx, id string) (Place, error) {
	return store.One(tx, (*Place).columns, selectPlace+` WHERE id = $1`, id)
}

func ofPost(tx *store.Tx, id string) (Place, error) {
	return store.One(tx, (*Place).columns, selectPlace+` WHERE post = $1`, id)
}

func (p Place) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO places_place (id, agency, country, region, kind, name, post, lat, lon, certainty, source, dated, moved_at, closed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '')`,
		p.ID, p.Agency, p.Country, p.Region, p.Kind, p.Name, p.Post, p.Lat, p.Lon, p.Certain, p.Source, p.Dated, p.MovedAt)
	return err
}

func (p Place) move(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE places_place SET lat = $2, lon = $3, certainty = $4, source = $5, dated = $6, moved_at = $7 WHERE id = $1`,
		p.ID, p.Lat, p.Lon, p.Certain, p.Source, p.Dated, p.MovedAt)
	return err
}

func (p Place) close(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE places_place SET closed_at = $2 WHERE id = $1`, p.ID, tx.Now)
	return err
}

// lodging are the names of institutions that lodge people, of every country.
func lodging(tx *store.Tx) (names []string, err error) {
	var name, kind string
	var services []string
	err = tx.Each([]any{&name, &kind, &services}, func() error {
		if kind == "shelter" || slices.Contains(services, "lodging") {
			names = append(names, name)
		}
		services = nil
		return nil
	}, `SELECT name, kind, services FROM directory_agency ORDER BY node, id`)
	return names, err
}

const selectWord = `SELECT id, factor, deed, agency, place, country, municipality, kind, since, until, words, source, dated, said_at, replaced_at FROM places_word`

func (w *Word) columns() []any {
	return []any{&w.ID, &w.Factor, &w.Deed, &w.Agency, &w.Place, &w.Country, &w.Municipality, &w.Kind, &w.Since, &w.Until, &w.Words, &w.Source, &w.Dated, &w.SaidAt, &w.ReplacedAt}
}

func standing(tx *store.Tx, factor string) (Word, error) {
	return store.One(tx, (*Word).columns, selectWord+` WHERE factor = $1 AND replaced_at = ''`, factor)
}

// stand lets a word stand in the place of the one before.
func (w Word) stand(tx *store.Tx) error {
	if _, err := tx.Exec(`UPDATE places_word SET replaced_at = $2 WHERE factor = $1 AND replaced_at = ''`, w.Factor, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO places_word (id, factor, deed, agency, place, country, municipality, kind, since, until, words, source, dated, said_at, replaced_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '')`,
		w.ID, w.Factor, w.Deed, w.Agency, w.Place, w.Country, w.Municipality, w.Kind, w.Since, w.Until, w.Words, w.Source, w.Dated, w.SaidAt)
	return err
}

const selectConfirmation = `SELECT id, factor, agency, source, dated, said_at FROM places_confirmation`

func (c *Confirmation) columns() []any {
	return []any{&c.ID, &c.Factor, &c.Agency, &c.Source, &c.Dated, &c.SaidAt}
}

func (c Confirmation) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO places_confirmation (id, factor, agency, source, dated, said_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.ID, c.Factor, c.Agency, c.Source, c.Dated, c.SaidAt)
	return err
}

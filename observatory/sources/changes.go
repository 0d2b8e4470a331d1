package sources

import (
	"fmt"
	"strings"

	"istmo/store"
)

// changes are figures a that others b replaced with something else.
func (k Kind) changes(tx *store.Tx, a, b, other, id string) ([]Change, error) {
	s, t := said[k], kinds[k].table
	var about string
	var one Change
	var all []Change
	err := tx.Each([]any{&about, &one.Before, &one.After, &one.Other, &one.At}, func() error {
		one.About = strings.Split(about, "|")
		all = append(all, one)
		return nil
	}, `SELECT `+s.about+`, `+fmt.Sprintf(s.states, "a")+`, `+fmt.Sprintf(s.states, "b")+`, `+other+`, a.replaced_at
		FROM `+t+` a JOIN `+t+` b ON b.about = a.about AND `+b+` WHERE `+a+` AND a.digest <> b.digest ORDER BY a.line LIMIT `+fmt.Sprint(mostChanges), id)
	return all, err
}

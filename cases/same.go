package cases

import (
	"slices"
	"strings"

	"istmo/likeness"
	"istmo/store"
)

// SameAs lists the files of one person: this one, and every other that somebody has
// said to be of the same person, or of the same as one of those. It is for rules that
// protect the person wherever they stand, never for showing.
func SameAs(tx *store.Tx, person string) ([]string, error) {
	all := []string{person}
	for i := 0; i < len(all); i++ {
		pairs, err := likeness.Of(tx, all[i])
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			other := p.Other(all[i])
			if p.State == likeness.Same && strings.HasPrefix(other, "per_") && !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all, nil
}

// countElsewhere notes of a file that is about to be erased that another one of the
// same person is left, so that its codes are not counted beside the other's. The link
// itself goes with the erasure.
func countElsewhere(tx *store.Tx, person string) error {
	files, err := SameAs(tx, person)
	if err != nil || len(files) == 1 {
		return err
	}
	_, err = tx.Exec(`UPDATE person SET counted_elsewhere = TRUE WHERE id = $1`, person)
	return err
}

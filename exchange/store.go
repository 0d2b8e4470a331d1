package exchange

import (
	"embed"
	"fmt"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the exchange's tables.
var Schema = store.Dir("exchange", files)

// hashColumn scans a hash; NULL is the zero hash.
type hashColumn struct{ h *Hash }

func (c hashColumn) Scan(v any) error {
	*c.h = Hash{}
	switch b := v.(type) {
	case nil:
		return nil
	case []byte:
		if len(b) == len(c.h) {
			copy(c.h[:], b)
			return nil
		}
	}
	return fmt.Errorf("exchange: a stored hash is none")
}

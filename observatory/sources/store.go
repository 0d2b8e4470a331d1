package sources

import (
	"embed"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the files that came in and what they state.
var Schema = store.Dir("sources", files)

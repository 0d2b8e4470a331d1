package backup

import (
	"io/fs"
	"slices"

	"istmo/fault"
	"istmo/store"
)

// asOf is the part of schemas that had run when a backup was made. A file that
// this istmo has not, or has with other words, means that a newer or another one
// made the backup.
func asOf(schemas []store.Schema, ran []store.File, path string) ([]store.Schema, error) {
	left := len(ran)
	var then []store.Schema
	for _, s := range schemas {
		sums, err := s.Sums()
		if err != nil {
			return nil, fault.Internal("backup", err)
		}
		var names []string
		for _, f := range ran {
			if f.Feature == s.Feature && sums[f.Name] == f.Sum {
				names = append(names, f.Name)
			}
		}
		left -= len(names)
		if len(names) > 0 {
			then = append(then, store.Schema{Feature: s.Feature, Files: only{s.Files, names}})
		}
	}
	if left != 0 {
		return nil, broken("backup.other-schema", path)
	}
	return then, nil
}

// only shows some of the files at the top of a file system.
type only struct {
	fs.FS
	names []string
}

// ReadDir lists the files that are shown; fs.Glob goes by it.
func (o only) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !slices.Contains(o.names, e.Name()) }), err
}

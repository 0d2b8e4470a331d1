package backup

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"istmo/fault"
)

const (
	keysName   = "keys.age"
	dataSuffix = ".istmo-backup"
	halfSuffix = ".half" // of files that are still being written, or never were finished
)

func dataName(at time.Time) string {
	return "data-" + at.UTC().Format("20060102T150405Z") + dataSuffix
}

// folder is a backup folder that one backup has to itself.
type folder struct {
	dir  string
	lock *os.File
}

// openFolder makes the folder if need be and holds it until close. A second
// backup meanwhile is a Conflict: of two that overlap, the one that began first
// could put a person's key back after the other had left it out.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Internal("backup", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault.Internal("backup", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.Conflict("backup.running")
		}
		return nil, fault.Internal("backup: lock", err)
	}
	f := &folder{dir, lock}
	f.sweep()
	return f, nil
}

// sweep removes what a killed backup left unfinished.
func (f *folder) sweep() {
	halves, _ := filepath.Glob(filepath.Join(f.dir, "*"+halfSuffix))
	for _, h := range halves {
		os.Remove(h)
	}
}

func (f *folder) close() {
	f.sweep()
	f.lock.Close()
}

// half opens a file to be written, under a name that nobody takes for a backup.
func (f *folder) half(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(f.dir, name+halfSuffix), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
}

// finish gives whole files their names, in the order given, each on disk before
// the next.
func (f *folder) finish(names ...string) error {
	for _, name := range names {
		path := filepath.Join(f.dir, name)
		if err := os.Rename(path+halfSuffix, path); err != nil {
			return err
		}
		if err := syncDir(f.dir); err != nil {
			return err
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Files lists a folder's data files, the oldest first.
func Files(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "data-*"+dataSuffix))
	if err != nil {
		return nil, fault.Internal("backup", err)
	}
	return files, nil // Glob sorts by name, and the names are times
}

// files are a data file and its folder's keys, open for as long as they are
// wanted, so that both readings of a restore are of the same bytes even while a
// backup replaces keys.age.
type files struct{ data, keys *os.File }

// openFiles opens a data file, or the latest of a folder, and its keys.
func openFiles(path string) (*files, error) {
	path, err := choose(path)
	if err != nil {
		return nil, err
	}
	f := &files{}
	if f.data, err = openFile(path); err != nil {
		return nil, err
	}
	if f.keys, err = openFile(filepath.Join(filepath.Dir(path), keysName)); err != nil {
		f.data.Close()
		return nil, err
	}
	return f, nil
}

func openFile(path string) (*os.File, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, broken("backup.missing", path)
	}
	if err != nil {
		return nil, fault.Internal("backup", err)
	}
	return file, nil
}

func (f *files) close() {
	f.data.Close()
	f.keys.Close()
}

// choose is the data file that path means: itself, or the latest of a folder.
func choose(path string) (string, error) {
	facts, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", broken("backup.missing", path)
	}
	if err != nil {
		return "", fault.Internal("backup", err)
	}
	if !facts.IsDir() {
		return path, nil
	}
	files, err := Files(path)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", broken("backup.none", path)
	}
	return files[len(files)-1], nil
}

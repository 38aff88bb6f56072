package markdown

import (
	"io/fs"
	"path"
	"strings"
	"time"
)

// file is one file of the folder that may be a piece.
type file struct {
	path    string // slash-separated, within the folder
	size    int64
	changed time.Time
	absent  bool // a cloud service keeps only a placeholder here
}

// guid is the path without its extension: it names the piece for ever.
func (f file) guid() string { return strings.TrimSuffix(f.path, path.Ext(f.path)) }

// day is what the name begins with, "2026-11-20" of "2026/2026-11-20-noir-week.md".
// It has the form of a date, which need not exist; "" when the name has none.
func (f file) day() string {
	const form = "0000-00-00"
	name := path.Base(f.guid())
	if len(name) < len(form) || len(name) > len(form) && name[len(form)] != '-' {
		return ""
	}
	for i := range len(form) {
		digit := name[i] >= '0' && name[i] <= '9'
		if digit != (form[i] == '0') || !digit && name[i] != '-' {
			return ""
		}
	}
	return name[:len(form)]
}

// list finds the Markdown files of the folder and of the folders in it, in the
// order of their paths. Anything that cannot be looked at is an error, since
// what it hides would seem to be taken back.
func list(fsys fs.FS) ([]file, error) {
	var files []file
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			if hidden(d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		f, ok, err := look(fsys, name)
		if ok {
			files = append(files, f)
		}
		return err
	})
	return files, err
}

// look tells whether name is a file to read.
func look(fsys fs.FS, name string) (file, bool, error) {
	if real, ok := placeholder(name); ok {
		return file{path: real, absent: true}, wanted(path.Base(real)), nil
	}
	if !wanted(path.Base(name)) {
		return file{}, false, nil
	}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return file{}, false, err
	}
	return file{path: name, size: info.Size(), changed: info.ModTime()}, info.Mode().IsRegular(), nil
}

// placeholder finds what iCloud puts in the place of a file that it keeps
// elsewhere: ".2026-11-20.md.icloud".
func placeholder(name string) (real string, ok bool) {
	dir, base := path.Split(name)
	base, ok = strings.CutSuffix(base, ".icloud")
	if !ok || !strings.HasPrefix(base, ".") {
		return "", false
	}
	return dir + base[1:], true
}

// wanted refuses what is no piece: other types, read-mes, and what editors and
// synchronisers leave behind.
func wanted(base string) bool {
	switch strings.ToLower(path.Ext(base)) {
	case ".md", ".markdown":
	default:
		return false
	}
	lower := strings.ToLower(base)
	return !hidden(base) && !strings.HasPrefix(lower, "readme.") &&
		!strings.Contains(lower, "conflicted copy") && !strings.Contains(lower, "sync-conflict")
}

// hidden are the names that Unix, Emacs, Office, Hugo and Jekyll set aside.
func hidden(base string) bool { return strings.ContainsAny(base[:1], "._#~") }

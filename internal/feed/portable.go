package feed

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"marquee/internal/domain"
)

// Portable is a copy of the document that every format can carry: without
// characters that XML 1.0 forbids or discourages, addresses absolute and in
// ASCII or empty, names on one line, times in UTC and whole seconds. It fails
// when an id is missing, is no IRI or is there twice.
func (d *Document) Portable() (*Document, error) {
	p := *d
	p.ID, p.Language = printable(d.ID), language(d.Language)
	p.Name, p.Title, p.Author = line(d.Name), line(d.Title), line(d.Author)
	p.Description, p.Page, p.Older = line(d.Description), line(d.Page), line(d.Older)
	p.Home, p.Self, p.Look, p.Hub = address(d.Home), address(d.Self), portableLook(d.Look), address(d.Hub)
	p.Updated = plausible(instant(d.Updated))
	if p.Updated.IsZero() {
		p.Updated = beginning()
	}
	p.Entries = make([]Entry, len(d.Entries))
	for i := range d.Entries {
		p.Entries[i] = d.Entries[i].portable()
	}
	return &p, p.checkIDs()
}

// Size is about how many bytes a format will make of the document: enough to
// set a buffer aside.
func (d *Document) Size() int {
	size := 2 << 10
	for i := range d.Entries {
		size += len(d.Entries[i].HTML)*9/8 + len(d.Entries[i].Summary) + 2<<10
	}
	return size
}

// checkIDs makes sure that readers can tell the entries apart (RFC 4287 §4.2.6).
func (d *Document) checkIDs() error {
	seen := make(map[string]bool, len(d.Entries))
	for i := range d.Entries {
		id := d.Entries[i].ID
		if !isIRI(id) || seen[id] {
			return fmt.Errorf("%w entry %d of feed %s: its id %q is missing, no IRI or there twice", domain.ErrInvalid, i+1, d.Name, id)
		}
		seen[id] = true
	}
	if !isIRI(d.ID) {
		return fmt.Errorf("%w feed %s: its id %q is no IRI", domain.ErrInvalid, d.Name, d.ID)
	}
	return nil
}

// isIRI reports whether an id has a scheme and no space: all that ids, which
// are compared character by character, need.
func isIRI(id string) bool {
	return strings.IndexByte(id, ':') > 0 && !strings.ContainsAny(id, " \t\r\n")
}

func (e *Entry) portable() Entry {
	p := *e
	p.ID, p.URL = printable(e.ID), address(e.URL)
	p.Title, p.Author, p.Language = line(e.Title), line(e.Author), language(e.Language)
	p.Summary, p.HTML = line(e.Summary), printable(e.HTML)
	p.Tags, p.Kind, p.Series = lines(e.Tags), domain.ItemKind(line(string(e.Kind))), line(e.Series)
	p.Image, p.Thumbnail, p.Film = portableImage(e.Image), portableImage(e.Thumbnail), portableFilm(e.Film)
	p.Source = portableSource(e.Source)
	p.Picks = nil
	for i := range e.Picks {
		p.Picks = append(p.Picks, portablePick(e.Picks[i]))
	}
	p.Published, p.Updated = plausible(instant(e.Published)), plausible(instant(e.Updated))
	if p.Updated.IsZero() {
		p.Updated = p.Published
	}
	if p.Updated.IsZero() {
		p.Updated = beginning()
	}
	return p
}

func portableLook(l domain.Look) domain.Look {
	return domain.Look{Icon: address(l.Icon), Logo: address(l.Logo), Cover: address(l.Cover), Accent: line(l.Accent)}
}

// portableSource is the source, nil without a name or an address.
func portableSource(s *Source) *Source {
	if s == nil || address(s.URL) == "" || line(s.Title) == "" {
		return nil
	}
	return &Source{Title: line(s.Title), URL: address(s.URL)}
}

func portableFilm(f *domain.Film) *domain.Film {
	if f == nil {
		return nil
	}
	p := *f
	p.Title, p.ContentRating, p.TMDB, p.IMDB = line(f.Title), line(f.ContentRating), line(f.TMDB), line(f.IMDB)
	p.Directors, p.Writers, p.Cast, p.Genres = lines(f.Directors), lines(f.Writers), lines(f.Cast), lines(f.Genres)
	p.Poster, p.Still = portableImage(f.Poster), portableImage(f.Still)
	p.Supplement = portableSupplement(f.Supplement)
	return &p
}

func portablePick(p domain.Pick) domain.Pick {
	p.Title, p.Service, p.Region = line(p.Title), line(p.Service), line(p.Region)
	p.Access = domain.PickAccess(line(string(p.Access)))
	p.Directors, p.Why = lines(p.Directors), printable(p.Why)
	p.URL, p.Review = address(p.URL), address(p.Review)
	p.TMDB, p.IMDB, p.Image = line(p.TMDB), line(p.IMDB), portableImage(p.Image)
	p.Supplement = portableSupplement(p.Supplement)
	return p
}

// portableImage is the image, nil when nobody could fetch it.
func portableImage(img *domain.Image) *domain.Image {
	if img == nil || address(img.URL) == "" {
		return nil
	}
	p := *img
	p.URL, p.Type, p.Alt = address(img.URL), line(img.Type), line(img.Alt)
	p.Width, p.Height = max(img.Width, 0), max(img.Height, 0)
	return &p
}

// instant is t in UTC and whole seconds, zero when no format could write it:
// RFC 3339 §1 knows four digits of year.
func instant(t time.Time) time.Time {
	t = t.UTC().Truncate(time.Second)
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// plausible is t, or the first day of the decade in which the web began when t is
// before: what was published on it earlier was dated by what it is about. Readers
// take such dates for mistakes, and some put the piece at the top for ever.
func plausible(t time.Time) time.Time {
	if first := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); !t.IsZero() && t.Before(first) {
		return first
	}
	return t
}

// language is a language tag, empty when it is none (RFC 5646 §2.1).
func language(s string) string {
	subtags := strings.Split(s, "-")
	for i, tag := range subtags {
		if tag == "" || len(tag) > 8 || i == 0 && (len(tag) < 2 || len(tag) > 3) || strings.ContainsFunc(tag, notAlphanumeric) {
			return ""
		}
	}
	return strings.ToLower(subtags[0]) + s[len(subtags[0]):]
}

func notAlphanumeric(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// lines are the names that are not empty, each on one line.
func lines(names []string) []string {
	var clean []string
	for _, n := range names {
		if n = line(n); n != "" {
			clean = append(clean, n)
		}
	}
	return clean
}

// line is s printable and with single spaces. What looks like the end of an HTML
// element is kept from being taken for one by an invisible character, the word
// joiner.
func line(s string) string {
	if s = printable(s); strings.Contains(s, "</") {
		s = strings.ReplaceAll(s, "</", "<\u2060/")
	}
	if strings.ContainsAny(s, "\t\r\n") || strings.Contains(s, "  ") {
		return strings.Join(strings.Fields(s), " ")
	}
	return strings.TrimSpace(s)
}

// printable is s without bytes that are no UTF-8, without characters outside of
// XML 1.0 §2.2 Char, and without the controls that it discourages. They are
// deleted, not replaced: nobody wrote them on purpose.
func printable(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				continue
			}
		}
		if isPrintable(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func clean(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7F {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isPrintable(r) || r == utf8.RuneError && size == 1 {
			return false
		}
		i += size
	}
	return true
}

func isPrintable(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < ' ', r >= 0x7F && r <= 0x9F:
		return false
	}
	return r&0xFFFE != 0xFFFE && (r < 0xFDD0 || r > 0xFDEF) // noncharacters
}

package markdown

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// truth is yes or no; no when the key is not there.
func (f *fields) truth(name string) bool {
	s, line := f.text(name)
	switch strings.ToLower(s) {
	case "", "false", "no", "off":
		return false
	case "true", "yes", "on":
		return true
	}
	f.wrongf(line, "%s: %q is neither true nor false", name, s)
	return false
}

// year is four digits; 0 when the key is not there.
func (f *fields) year(name string) int {
	s, line := f.text(name)
	if s == "" {
		return 0
	}
	year, ok := parseYear(s)
	if !ok {
		f.wrongf(line, "%s: %q is no year: write four digits", name, s)
	}
	return year
}

// parseYear accepts the years in which there have been films, and some to come.
func parseYear(s string) (int, bool) {
	year, err := strconv.Atoi(s)
	if err != nil || len(s) != 4 || year < 1870 || year > 2199 {
		return 0, false
	}
	return year, true
}

// number is a whole number of at least 0.
func (f *fields) number(name string) int {
	s, line := f.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		f.wrongf(line, "%s: %q is no whole number", name, s)
	}
	return n
}

// date is a day of the calendar.
func (f *fields) date(name string) domain.Date {
	s, line := f.text(name)
	if s == "" {
		return domain.Date{}
	}
	d, err := domain.ParseDate(s)
	if err != nil {
		f.wrongf(line, "%s: %q is no day: write YYYY-MM-DD", name, s)
	}
	return d
}

// moment is a day or an instant; a time without an offset, and the beginning of
// a day, are in the publication's zone.
func (f *fields) moment(names ...string) (t time.Time, line int) {
	s, line := f.text(names...)
	if s == "" {
		return time.Time{}, line
	}
	t, ok := parseMoment(s, f.zone)
	if !ok {
		f.wrongf(line, "%s: %q is no date: write YYYY-MM-DD or YYYY-MM-DD HH:MM", names[0], s)
	}
	return t.UTC().Truncate(time.Microsecond), line
}

func parseMoment(s string, zone *time.Location) (time.Time, bool) {
	s = strings.Replace(s, "T", " ", 1)
	for _, layout := range []string{
		time.DateOnly, "2006-01-02 15:04", time.DateTime,
		"2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05-0700",
		"2006-01-02 15:04 -0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -07:00",
	} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// oneOf is one of a closed list of words, letter case aside.
func oneOf[T ~string](f *fields, all []T, names ...string) T {
	s, line := f.text(names...)
	i := slices.Index(all, T(strings.ToLower(s)))
	if s == "" {
		return ""
	}
	if i < 0 {
		f.wrongf(line, "%s: %q is none of %s", names[0], s, joined(all))
		return ""
	}
	return all[i]
}

func joined[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// link is an address, made absolute where the source has a base.
func (f *fields) link(name string) string {
	s, line := f.text(name)
	return f.checkLink(name, s, line)
}

func (w writer) checkLink(name, s string, line int) string {
	if s == "" {
		return ""
	}
	u, err := absolute(w.base, s)
	if err != nil {
		w.wrongf(line, "%s: %v", name, err)
		return ""
	}
	return u.String()
}

// absolute resolves s against base, which may be nil, to an http or https address.
func absolute(base *url.URL, s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, errors.New("this is no address: write https://…")
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("this is not a whole address: write https://…")
	}
	return u, nil
}

// rating is "3.5/4" or "★★★½"; stars without a scale leave the scale open.
func (f *fields) rating(name string) *domain.Rating {
	s, line := f.text(name)
	if s == "" {
		return nil
	}
	r, err := parseRating(s)
	if err != nil {
		f.wrongf(line, "%s: %q is no rating: write 3.5/4 or ★★★½", name, s)
		return nil
	}
	return &r
}

func parseRating(s string) (domain.Rating, error) {
	const open = 100 // the widest scale there is, to read the value by
	r, err := domain.ParseRating(s, open)
	if !strings.Contains(s, "/") {
		r.Best = 0
	}
	return r, err
}

// region is a country code (ISO 3166-1 alpha-2).
func (f *fields) region(name string) string {
	s, line := f.text(name)
	if s == "" {
		return ""
	}
	code, ok := parseRegion(strings.ToUpper(s))
	if !ok {
		f.wrongf(line, "%s: %q is no country code of two letters, like US", name, s)
	}
	return code
}

func parseRegion(s string) (string, bool) {
	letter := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	if len(s) != 2 || !letter(s[0]) || !letter(s[1]) {
		return "", false
	}
	return s, true
}

// id is an identifier of a film: a prefix and digits.
func (f *fields) id(name, prefix string) string {
	s, line := f.text(name)
	digits, ok := strings.CutPrefix(s, prefix)
	if s == "" {
		return ""
	}
	if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
		f.wrongf(line, "%s: %q is no id: write one like %s9900001", name, s, prefix)
		return ""
	}
	return s
}

// image is an address, or a group of url, alt, width and height.
func (f *fields) image(name string) *domain.Image {
	g, ok := f.group(name)
	if !ok {
		if u := f.link(name); u != "" {
			return &domain.Image{URL: u}
		}
		return nil
	}
	img := &domain.Image{URL: g.link("url"), Width: g.number("width"), Height: g.number("height")}
	img.Alt, _ = g.text("alt")
	g.warnUnknown()
	if _, there := g.get("url"); !there {
		f.wrongf(g.line, "%s: it has no url", name)
	}
	return img
}

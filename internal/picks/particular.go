package picks

import (
	"regexp"
	"slices"
	"strings"

	"marquee/internal/domain"
)

// reader reads one particular that s begins with, and says how long it is; 0 when
// s begins with none.
type reader func(said *said, s string) int

// particulars reads what stands beside a title: where a film can be seen, until
// when, who made it, how good it is.
type particulars struct {
	days     days
	services []string
	readers  []reader

	gap, filler, stars, outOf, director, person, leaves, from, region, skipped, year, name, named, countries *regexp.Regexp
	accesses                                                                                                 []access
}

// access is how words say in which way a film can be seen.
type access struct {
	words *regexp.Regexp
	is    domain.PickAccess
}

func newParticulars() particulars {
	begins := func(s string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + s + `)`) }
	const name = `(?:\p{Lu}\.(?: ?\p{Lu}\.)*|\p{Lu}[\pL'’-]+)(?: (?:(?:de|del|della|von|van|der|den|la|le|du|di|da|dos|bin|al|el|ten) )*(?:\p{Lu}\.|\p{Lu}[\pL'’-]+)){0,4}`
	p := particulars{
		days: newDays(), services: services(),
		gap: begins(`[\s,;:.·•|/–—*\]-]*`),
		filler: begins(`(?i:(?:now|also|currently|only|exclusively|streaming|streams|stream(?: it)?|available|playing|showing|watch(?: it)?|find it|see it|` +
			`where(?: to (?:watch|see|stream|find)(?: it)?)?|how to (?:watch|see)(?: it)?|service|new|is|it’s|it's|and|or|on|at|via|in|to|from|through|with)\b[:,]?\s+)`),
		stars:    begins(`[★⭐]+½?☆*(?: ?/ ?\d{1,3}\b)?|\d{1,3}(?:\.\d{1,2})?/(?:4|5|6|10|20|100)\b`),
		outOf:    begins(`(\d?½|\d{1,2}(?:\.\d)?)(?i: (?:stars?\b)?(?: ?\(?out of (\d{1,3})\)?)?(?: stars?\b)?)`),
		director: begins(`(?i:directed by|director:?|dir\.?:?|d\.) ?`),
		person:   begins(name + `(?:(?:,? and | ?& ?)` + name + `)?`),
		leaves: begins(`(?i:leaves|leaving|until|till|’til|through|thru|expires|expiring|ends|ending|last day(?: is)?|departs|departing|gone)` +
			`(?i:[:\s]+(?:on|after|at|the (?:platform|service|channel)))*[:\s]+`),
		from: begins(`(?i:from|since|starting|starts|arrives|arriving|premieres|premiering|debuts|begins|beginning|available|coming|new|streaming|streams|drops|opens)` +
			`(?i:[:\s]+(?:on|from|as of|starting|beginning))*[:\s]+`),
		region: begins(`(?:the )?(US|U\.S\.|USA|UK|U\.K\.|CA|GB|AU|NZ|IE|DE|FR|ES|IT|Canada|United States|United Kingdom|Australia|New Zealand|Ireland|Germany|France|Spain|Italy)(?: only)?\b\.?`),
		skipped: begins(`\d{1,3} ?min(?:utes|s)?\b\.?|\d ?h(?:rs?|ours?)?\b\.? ?(?:\d{1,2} ?m(?:ins?)?\b\.?)?|` +
			`(?:PG-13|PG|NC-17|NR|[Nn]ot [Rr]ated|[Uu]nrated|[Rr]ated (?:PG-13|PG|R|G)|TV-(?:MA|14|PG|G)|R|G)\b`),
		year:  begins(`(18[7-9]\d|19\d\d|20\d\d|21\d\d)\b`),
		name:  begins(`\p{Lu}[\pL\d+'’&!.-]*(?: (?:(?:of|the|at|on|de|and|&) )?[\p{Lu}\d][\pL\d+'’&!-]*){0,4}`),
		named: regexp.MustCompile(`^ ?(?:$|\n|[·•|(/)–—])`),
		countries: begins(`(?i:South Korea|North Korea|Hong Kong|New Zealand|United States|United Kingdom|South Africa|Saudi Arabia|Costa Rica|Czech Republic|` +
			`West Germany|East Germany|Soviet Union|Sri Lanka|Burkina Faso|\p{Lu}\pL+|U\.S\.|U\.K\.)$`),
		accesses: []access{
			{begins(`(?i:(?:for )?free with ads|with ads|ad[- ]supported|ads)\b`), domain.WithAds},
			{begins(`(?i:(?:for free|free)(?: with (?:a |your )?library card)?|with (?:a |your )?library card)\b`), domain.Free},
			{begins(`(?i:(?:with (?:a )?)?subscription)\b`), domain.Subscription},
			{begins(`(?i:(?:for |to )?(?:rent|rental)(?: ?(?:/|or|and) ?(?:buy|purchase|own))?(?: only)?|VOD|PVOD|(?:video )?on demand|digital(?: rental)?)\b`), domain.Rent},
			{begins(`(?i:to buy|buy|for purchase|purchase)\b`), domain.Buy},
			{begins(`(?i:(?:now |still )?in (?:select )?(?:theaters|theatres|cinemas)(?: now)?|theaters|theatrical)\b`), domain.Theaters},
		},
	}
	p.readers = []reader{p.when, p.verdict, p.made, p.way, p.place, p.where, p.other}
	return p
}

// take reads as many particulars as s begins with, and says how long they are with
// the punctuation after them. What a service is called that nobody knows is taken
// for one where nothing else can stand; firmly, wherever it is set off.
func (p *particulars) take(said *said, s string, firmly bool) int {
	end := 0
	for end < len(s) {
		gap := p.gap.FindString(s[end:])
		if strings.Contains(gap, "\n") {
			break
		}
		at := end + len(gap)
		n := p.one(said, s[at:])
		if n == 0 && (firmly || end+len(gap) > 0 && strings.ContainsAny(gap, ",·•|/–—")) {
			n = p.unknown(said, s[at:], firmly)
		}
		if n == 0 {
			break
		}
		end = at + n
	}
	if end == 0 {
		return 0
	}
	return end + len(strings.TrimRight(p.gap.FindString(s[end:]), "\n"))
}

// one reads one particular, with the words that lead to it.
func (p *particulars) one(said *said, s string) int {
	if strings.HasPrefix(s, "(") || strings.HasPrefix(s, "[") {
		return p.group(said, s)
	}
	for at := 0; at < len(s); {
		for _, read := range p.readers {
			if n := read(said, s[at:]); n > 0 {
				return at + n
			}
		}
		filler := p.filler.FindString(s[at:])
		if filler == "" {
			break
		}
		at += len(filler)
	}
	return 0
}

// group reads what stands in parentheses, when it is nothing but particulars.
func (p *particulars) group(into *said, s string) int {
	end := strings.IndexAny(s[:min(len(s), longestHead)], ")]\n")
	if end < 0 || s[end] == '\n' {
		return 0
	}
	trial := *into
	if inner := s[1:end]; inner == "" || p.take(&trial, inner, true) < len(inner) {
		return 0
	}
	*into = trial
	return end + 1
}

// parenthesis reads what stands with a year beside a title: who made the film, and
// in which country, which is not where it is shown.
func (p *particulars) parenthesis(said *said, s string) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;·•|/–—", r) })
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if year, ok := yearOf(part); ok && said.year == 0 {
			said.year = year
			continue
		}
		if p.countries.MatchString(part) && p.service(part) < len(part) || p.one(said, part) == len(part) {
			continue
		}
		if name := p.person.FindString(part); name == part && name != "" {
			said.directors = append(said.directors, people(name)...)
		}
	}
	if m := p.year.FindString(strings.TrimSpace(s)); said.year == 0 && m != "" {
		said.year = number(m)
	}
}

// people are the names in "A and B".
func people(s string) []string {
	all := strings.FieldsFunc(strings.NewReplacer(", and ", "&", " and ", "&").Replace(s), func(r rune) bool { return r == '&' })
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// when reads from when and until when a film can be seen.
func (p *particulars) when(said *said, s string) int {
	for _, side := range []struct {
		words *regexp.Regexp
		day   *domain.Date
	}{{p.leaves, &said.leaves}, {p.from, &said.from}} {
		words := side.words.FindString(s)
		if words == "" {
			continue
		}
		at, service := len(words), ""
		if name, n := p.known(s[at:]); n > 0 { // "leaves Netflix on Nov 30"
			service = name
			at += n
			at += len(s[at:]) - len(strings.TrimPrefix(strings.TrimLeft(s[at:], " "), "on "))
		}
		if day, n := p.days.read(s[at:], said.day); n > 0 {
			*side.day = day
			if service != "" {
				said.services = append(said.services, service)
			}
			return at + n
		}
	}
	return 0
}

// verdict reads a rating.
func (p *particulars) verdict(said *said, s string) int {
	text := p.stars.FindString(s)
	n := len(text)
	if n == 0 {
		m := p.outOf.FindStringSubmatch(s)
		if m == nil || !strings.Contains(m[0], "star") && m[2] == "" {
			return 0
		}
		n, text = len(m[0]), strings.Replace(m[1], "½", ".5", 1)
		if m[2] != "" {
			text += "/" + m[2]
		}
	}
	const open = 100 // the widest scale there is, to read the value by
	r, err := domain.ParseRating(strings.ReplaceAll(text, "⭐", "★"), open)
	if err != nil {
		return 0
	}
	if !strings.Contains(text, "/") {
		r.Best = 0 // the critic's own, which is not said here
	}
	said.rating = &r
	return n
}

// made reads who made a film.
func (p *particulars) made(said *said, s string) int {
	words := p.director.FindString(s)
	if words == "" {
		return 0
	}
	names := p.person.FindString(s[len(words):])
	if names == "" {
		return 0
	}
	said.directors = people(names)
	return len(words) + len(names)
}

// way reads in which way it can be seen.
func (p *particulars) way(said *said, s string) int {
	for _, a := range p.accesses {
		if words := a.words.FindString(s); words != "" {
			if said.access == "" {
				said.access = a.is
			}
			return len(words)
		}
	}
	return 0
}

// place reads a country in which it can be seen.
func (p *particulars) place(said *said, s string) int {
	m := p.region.FindStringSubmatch(s)
	if m == nil || inWord(s[len(m[0]):]) {
		return 0
	}
	said.region = countryCode(m[1])
	return len(m[0])
}

func countryCode(s string) string {
	s = strings.ReplaceAll(s, ".", "")
	switch code, ok := map[string]string{
		"USA": "US", "UK": "GB", "Canada": "CA", "United States": "US", "United Kingdom": "GB", "Australia": "AU", "New Zealand": "NZ",
		"Ireland": "IE", "Germany": "DE", "France": "FR", "Spain": "ES", "Italy": "IT",
	}[s]; {
	case ok:
		return code
	default:
		return s
	}
}

// where reads a service that is known.
func (p *particulars) where(said *said, s string) int {
	name, n := p.known(s)
	if n > 0 && !slices.Contains(said.services, name) {
		said.services = append(said.services, name)
	}
	return n
}

// other reads what is said beside a title and no particular of ours, and a year.
func (p *particulars) other(said *said, s string) int {
	if year := p.year.FindString(s); year != "" {
		if said.year == 0 {
			said.year = number(year)
		}
		return len(year)
	}
	return len(p.skipped.FindString(s))
}

// unknown reads a name that nobody knows. It must end where a name ends, and
// nothing but another particular may follow.
func (p *particulars) unknown(said *said, s string, firmly bool) int {
	name := strings.TrimRight(p.name.FindString(s), ".")
	if name == "" || len(name) > 60 {
		return 0
	}
	if rest := s[len(name):]; !p.named.MatchString(rest) && (!firmly || !p.followed(rest)) {
		return 0
	}
	if _, n := p.days.read(name, domain.Date{Year: 2000, Month: 1, Day: 1}); n > 0 {
		return 0 // a day, whichever it is
	}
	said.names = append(said.names, name)
	return len(name)
}

// followed tells whether a comma and another particular follow.
func (p *particulars) followed(s string) bool {
	rest, ok := strings.CutPrefix(s, ",")
	var trial said
	return ok && p.one(&trial, strings.TrimLeft(rest, " ")) > 0
}

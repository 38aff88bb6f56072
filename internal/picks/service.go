package picks

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// services are those that critics send their readers to, as they are written. Of
// two that begin alike the longer stands first.
func services() []string {
	all := []string{
		"Netflix", "Hulu", "HBO Max", "Max", "HBO", "Disney+", "Disney Plus", "Amazon Prime Video", "Amazon Prime", "Prime Video", "Prime", "Amazon",
		"Apple TV+", "Apple TV Plus", "Apple TV", "iTunes", "Peacock", "Paramount+", "Paramount Plus", "Showtime", "Starz", "MGM+", "AMC+", "AMC Plus",
		"Criterion Channel", "Criterion24/7", "Criterion", "MUBI", "Kanopy", "Hoopla", "Tubi", "Pluto TV", "Pluto", "Plex", "Roku Channel", "Roku", "Freevee", "Crackle",
		"Shudder", "Screambox", "Arrow Player", "Arrow", "Night Flight Plus", "YouTube", "YouTube TV", "Vudu", "Fandango at Home", "Google Play",
		"Vimeo", "Vimeo On Demand", "TCM", "Turner Classic Movies", "PBS", "BritBox", "Acorn TV", "Crunchyroll", "Hidive", "OVID", "OVID.tv",
		"Metrograph at Home", "Film Movement Plus", "Fandor", "Kino Film Collection", "Kino Now", "Mhz Choice", "IndiePix", "Le Cinéma Club",
		"Internet Archive", "Archive.org", "BFI Player", "BBC iPlayer", "iPlayer", "ITVX", "Channel 4", "All 4", "Now TV", "Sky", "Curzon Home Cinema",
		"Dogwoof on Demand", "Stan", "Binge", "SBS On Demand", "ABC iview", "DocPlay", "Crave", "CBC Gem", "NFB", "Arte", "ARTE.tv", "Filmin", "Filmbox",
		"Canal+", "Movistar+", "RaiPlay", "Joyn", "WOW", "U-Next", "Viu", "Hotstar", "JioCinema", "Zee5", "Magnolia Selects", "Cinemax", "Epix",
		"Redbox", "Xumo", "Topic", "Sundance Now", "Alamo On Demand", "Eventive", "Microsoft Store", "AppleTV+", "Apple", "Blu-ray", "DVD", "Blu-ray and DVD",
	}
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// ambiguous tells services whose names are words or people's: only as they are
// written, and with nothing but punctuation after them, they are meant.
func ambiguous(name string) bool {
	return slices.Contains([]string{
		"Max", "Sky", "Stan", "Prime", "Topic", "Arrow", "Binge", "Crave", "Apple", "WOW", "Pluto", "Plex", "Roku", "Criterion", "Amazon", "Arte", "Crackle", "Redbox", "Peacock",
	}, name)
}

// service is how much of the beginning of s names a service that is known, 0 when it
// names none.
func (p *particulars) service(s string) int {
	name, n := p.known(s)
	if name == "" {
		return 0
	}
	return n
}

// says tells whether a text begins by naming a service: then it is no title.
func (p *particulars) says(s string) bool {
	var trial said
	return p.take(&trial, s, false) > 0 && len(trial.services) > 0
}

func (p *particulars) known(s string) (name string, n int) {
	rest := s
	for _, article := range []string{"the ", "The "} {
		rest = strings.TrimPrefix(rest, article)
	}
	for _, name := range p.services {
		if len(rest) < len(name) || !strings.EqualFold(rest[:len(name)], name) || inWord(rest[len(name):]) {
			continue
		}
		after := strings.TrimLeft(rest[len(name):], " ")
		spelt := rest[:len(name)] == name || rest[:len(name)] == strings.ToUpper(name)
		if ambiguous(name) && (!spelt || len(after) < len(rest)-len(name) && unicode.IsUpper(firstRune(after))) {
			continue
		}
		return name, len(s) - len(rest) + len(name)
	}
	return "", 0
}

// inWord tells whether s goes on with a letter or digit.
func inWord(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+')
}

package bounce

import (
	"regexp"
	"strings"

	"marquee/internal/domain"
)

// Refusal is what a server said when it did not take a letter, as much of it as is
// known.
type Refusal struct {
	Code   int    // reply code, 0 when unknown
	Status string // RFC 3463, "5.1.1"; may be empty
	Text   string // its words
}

// Class says what a refusal means. Somebody's address is dead only when a server
// says so for good: by a status that can mean nothing else, or in words that can
// mean nothing else. Whoever speaks of spam or of who we are speaks of us,
// whatever status they give.
func (r Refusal) Class() domain.BounceClass {
	r = r.Complete()
	text := normal(r.Text)
	switch {
	case says(text, wordsOurs()):
		return domain.BounceOurs
	case r.detail() == "2.2" || says(text, wordsFull()):
		return domain.BounceFull
	case r.temporary():
		return domain.BounceTemporary
	case r.dead(text):
		return domain.BounceDead
	case r.ours():
		return domain.BounceOurs
	}
	return r.rest(text)
}

// Complete finds code and status in the words where they are not given, and where
// what is given says nothing.
func (r Refusal) Complete() Refusal {
	if m := statusIn().FindString(r.Text); m != "" && (r.Status == "" || r.vague() && m[0] == r.Status[0]) {
		r.Status = m
	}
	if m := codeIn().FindStringSubmatch(r.Text); m != nil && r.Code == 0 {
		r.Code = int(m[1][0]-'0')*100 + int(m[1][1]-'0')*10 + int(m[1][2]-'0')
	}
	return r
}

// vague reports whether a status says no more than that it went wrong (RFC 3463
// §3.1).
func (r Refusal) vague() bool { return r.detail() == "0.0" }

// detail is the status without its class: "1.1".
func (r Refusal) detail() string {
	_, detail, _ := strings.Cut(r.Status, ".")
	return detail
}

func (r Refusal) temporary() bool {
	if r.Status != "" {
		return r.Status[0] == '4'
	}
	return r.Code/100 == 4
}

func (r Refusal) dead(text string) bool {
	switch r.detail() {
	case "1.1", "1.2", "1.3", "1.6", "1.10": // RFC 3463 §3.2, RFC 7505 §4.2
		return true
	case "4.1": // Exchange Online refuses whom its directory does not know so
		if strings.Contains(text, "access denied. as(") {
			return true
		}
	}
	return says(text, wordsDead()) && (r.Status != "" || r.Code != 0)
}

func (r Refusal) ours() bool {
	subject, _, _ := strings.Cut(r.detail(), ".")
	switch r.detail() {
	case "1.7", "1.8", "2.3", "3.4":
		return true
	}
	return subject == "5" || subject == "6" && r.detail() != "6.7" || subject == "7"
}

// rest is a refusal for good that does not say why, or for why the next server
// could not be had.
func (r Refusal) rest(text string) domain.BounceClass {
	subject, _, _ := strings.Cut(r.detail(), ".")
	if subject == "3" || subject == "4" || says(text, wordsTemporary()) {
		return domain.BounceTemporary
	}
	return domain.BounceUnknown
}

func statusIn() *regexp.Regexp { return patterns().status }
func codeIn() *regexp.Regexp   { return patterns().code }

// normal is text as phrases are looked for in it: lower case, one space between
// words.
func normal(text string) string {
	text = strings.NewReplacer("’", "'", "`", "'", "_", " ", "-", " ").Replace(strings.ToLower(text))
	return strings.Join(strings.Fields(text), " ")
}

// says reports whether one of some phrases is in a normal text.
func says(text string, phrases []string) bool {
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

package prose

import (
	"regexp"
	"strings"
	"unicode"
)

// maxAfter is how many words may follow a teaser's last sentence: the offer to
// join. When there are more, the piece goes on, and only mentions a paywall.
const maxAfter = 150

// paywall knows the sentences with which a site sends readers to Patreon.
type paywall struct {
	words    []string // of which every phrase has one, in lower case
	phrase   pattern
	sentence pattern // all up to the beginning of the last sentence
}

// newPaywall knows the sentences that are in use and those of phrases, which
// match whatever their letter case, spaces and apostrophes.
func newPaywall(phrases []string) *paywall {
	known := []string{"patreon"}
	all := []string{`currently[\s\p{Z}]+(?:exclusive[\s\p{Z}]+to|posted[\s\p{Z}]+on)[\s\p{Z}]+patreon`}
	for _, p := range phrases {
		var words []string
		for word := range strings.FieldsSeq(p) {
			words = append(words, loose(word))
		}
		if len(words) > 0 {
			known = append(known, anchor(p))
			all = append(all, strings.Join(words, `[\s\p{Z}]+`))
		}
	}
	return &paywall{
		words:    known,
		phrase:   patternOf(`(?i)` + strings.Join(all, "|")),
		sentence: patternOf(`(?s)^.*(?:\x{2029}|[.!?…]["”'’)\]]*[\s\p{Z}]+)`),
	}
}

// loose matches word with any apostrophe.
func loose(word string) string {
	const any = `['’‘ʼ]`
	return strings.NewReplacer("'", any, "’", any, "‘", any, "ʼ", any).Replace(regexp.QuoteMeta(word))
}

// anchor is the longest run of ASCII letters and digits in a phrase, in lower case.
func anchor(phrase string) string {
	most := ""
	for _, run := range strings.FieldsFunc(strings.ToLower(phrase), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}) {
		if len(run) > len(most) {
			most = run
		}
	}
	return most
}

// may tells whether markup may hold one of the phrases: to look for a word is
// cheap, and most pieces have none.
func (p *paywall) may(markup string) bool {
	for _, word := range p.words {
		if holds(markup, word) {
			return true
		}
	}
	return false
}

// before is the part of sanitised HTML that stands before the paywall's
// sentence, and whether there is one.
func (p *paywall) before(markup string) (string, bool) {
	if !p.may(markup) {
		return markup, false
	}
	f := parseFragment(markup)
	tail := lastWords(f.text, maxAfter)
	for _, at := range p.phrase().FindAllStringIndex(f.text[tail:], -1) {
		start := len(p.sentence().FindString(f.text[tail : tail+at[0]]))
		if start == 0 && tail > 0 {
			continue // the sentence began before the tail
		}
		f.cutFrom(tail + start)
		return rendered(f), true
	}
	return markup, false
}

// lastWords is where the last n words of s begin, and what separates them from
// the word before.
func lastWords(s string, n int) int {
	for ; n > 0; n-- {
		s = strings.TrimRightFunc(s, unicode.IsSpace)
		s = strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsSpace(r) })
	}
	return len(strings.TrimRightFunc(s, unicode.IsSpace))
}

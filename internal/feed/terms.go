package feed

import "strings"

// Term is a word that readers may filter by, and the vocabulary it belongs to.
type Term struct {
	Word   string
	Scheme string // IRI of the vocabulary; empty for tags
}

// Terms are the entry's kind, its series and its tags, without words that are
// there already. Kind and series belong to vocabularies of the publication,
// named after its home.
func (e *Entry) Terms(home string) []Term {
	home, _, _ = strings.Cut(home, "#")
	scheme := func(name string) string {
		if home == "" {
			return ""
		}
		return home + "#" + name
	}
	candidates := []Term{{string(e.Kind), scheme("kind")}, {e.Series, scheme("series")}}
	for _, tag := range e.Tags {
		candidates = append(candidates, Term{Word: tag})
	}
	var terms []Term
	seen := map[string]bool{"": true}
	for _, t := range candidates {
		if folded := strings.ToLower(t.Word); !seen[folded] {
			seen[folded] = true
			terms = append(terms, t)
		}
	}
	return terms
}

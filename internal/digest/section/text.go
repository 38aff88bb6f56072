package section

import (
	"net/url"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// Text shows the same words in every edition that there is: how to suggest a
// film, for those whose tier may.
func Text() digest.SectionKind {
	return digest.SectionKind{Name: "text", New: newText}
}

// textOptions are the keys of a section of standing words.
type textOptions struct {
	Text string `yaml:"text"` // required
	Link string `yaml:"link"` // where its button leads; empty has none
	Call string `yaml:"call"` // the button's words
}

type standingText struct {
	opts textOptions
}

func newText(opts config.Options) (digest.Section, error) {
	o := textOptions{Call: "Read on"}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if o.Text == "" {
		return nil, opts.Errorf("text", "missing: write what the section says")
	}
	if u, err := url.Parse(o.Link); err != nil || o.Link != "" && (u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return nil, opts.Errorf("link", "%q is no address: write https://...", o.Link)
	}
	return &standingText{opts: o}, nil
}

// Traits says that its words make no edition.
func (*standingText) Traits() digest.Traits { return digest.Traits{Layout: layoutText, Aside: true} }

// Choose takes nothing.
func (*standingText) Choose(digest.Week) digest.Choice { return digest.Choice{} }

// View shows the words.
func (s *standingText) View(digest.Lens, []domain.Item) (digest.SectionView, bool) {
	return digest.SectionView{Text: s.opts.Text, Link: s.opts.Link, Call: s.opts.Call}, true
}

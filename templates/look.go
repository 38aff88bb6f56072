package templates

import (
	htmltemplate "html/template"
	"maps"
	texttemplate "text/template"
)

// The themes there are.
const (
	Paper  = "paper"  // a letter: serifs on warm paper
	Screen = "screen" // a page: a white sheet on grey, without serifs
)

// Look is how letters look. The zero Look is the theme Paper, left to right.
type Look struct {
	Theme  string // empty is Paper
	Accent string // "#9c1f28"; empty is the theme's own
	Fonts  Fonts  // an empty one is the theme's own
	Logo   Logo   // in the place of the title's words; may be empty
	RTL    bool   // what is written runs from right to left
}

// Fonts are lists of font families, as CSS has them: "Georgia, serif".
type Fonts struct {
	Text     string // what is read
	Headings string
	Labels   string // what is small: facts, buttons, footer
}

// Logo is a picture of the publication's name.
type Logo struct {
	URL    string
	Width  int // pixels, as it is shown
	Height int
}

// palette are the colors of one mode by their names.
type palette map[string]string

// theme is a look without the wishes of its operator.
type theme struct {
	light, dark palette
	fonts       Fonts
	section     string // style of a section's heading, but for its font and color
	heading     string // name of that color
}

func themes() map[string]theme {
	const sans = "-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
	return map[string]theme{
		Paper: {
			light:   palette{"desk": "#faf8f4", "paper": "#faf8f4", "ink": "#211d18", "soft": "#665d51", "rule": "#dcd5c8", "mark": "#9c1f28"},
			dark:    palette{"desk": "#171512", "paper": "#171512", "ink": "#ece6dc", "soft": "#aba293", "rule": "#3a352e", "mark": "#f29a88"},
			fonts:   Fonts{Text: "Georgia,'Times New Roman',serif", Headings: "Georgia,'Times New Roman',serif", Labels: sans},
			section: "font-size:14px;line-height:20px;font-weight:700;letter-spacing:0.1em;text-transform:uppercase",
			heading: "mark",
		},
		Screen: {
			light:   palette{"desk": "#eceff3", "paper": "#ffffff", "ink": "#15181d", "soft": "#59616d", "rule": "#dde2e8", "mark": "#1d5bb8"},
			dark:    palette{"desk": "#0e1013", "paper": "#181b20", "ink": "#e9ebee", "soft": "#a3abb7", "rule": "#30353d", "mark": "#8ab8ff"},
			fonts:   Fonts{Text: sans, Headings: sans, Labels: sans},
			section: "font-size:22px;line-height:28px;font-weight:700;letter-spacing:-0.01em",
			heading: "ink",
		},
	}
}

// Themes are the names of all themes.
func Themes() []string { return []string{Paper, Screen} }

// design is a look in which every choice is made.
type design struct {
	theme
	look Look
}

// design fills in what the look leaves to the theme. The accent is darkened or
// lightened until it can be read on either paper, and what stands on it too.
func (l Look) design() (design, error) {
	t, ok := themes()[l.Theme]
	if !ok {
		t = themes()[Paper]
	}
	t.light, t.dark = maps.Clone(t.light), maps.Clone(t.dark)
	if l.Accent != "" {
		accent, err := parseColor(l.Accent)
		if err != nil {
			return design{}, err
		}
		t.light["mark"] = accent.legibleOn(must(t.light["paper"]), color{0, 0, 0}).String()
		t.dark["mark"] = accent.legibleOn(must(t.dark["paper"]), color{1, 1, 1}).String()
	}
	t.light["on"], t.dark["on"] = "#ffffff", t.dark["paper"]
	for _, f := range []struct {
		own  string
		into *string
	}{{l.Fonts.Text, &t.fonts.Text}, {l.Fonts.Headings, &t.fonts.Headings}, {l.Fonts.Labels, &t.fonts.Labels}} {
		if f.own != "" {
			*f.into = f.own
		}
	}
	return design{t, l}, nil
}

// must is a theme's own color.
func must(s string) color {
	c, err := parseColor(s)
	if err != nil {
		panic(err) // a typo in themes, which a test finds
	}
	return c
}

// button is a link that looks like one.
type button struct {
	URL, Words string
	Filled     bool
}

// funcs are what HTML templates of letters may call besides the built-in
// functions.
func (d design) funcs() htmltemplate.FuncMap {
	return htmltemplate.FuncMap{
		"light":   func(name string) string { return d.light[name] },
		"dark":    func(name string) string { return d.dark[name] },
		"text":    func() htmltemplate.CSS { return css(d.fonts.Text) },
		"heads":   func() htmltemplate.CSS { return css(d.fonts.Headings) },
		"labels":  func() htmltemplate.CSS { return css(d.fonts.Labels) },
		"section": func() htmltemplate.CSS { return css(d.section) },
		"heading": func() string { return d.heading },
		"logo":    func() Logo { return d.look.Logo },
		"start":   func() string { return d.side("left", "right") },
		"close":   func() string { return d.side("right", "left") },
		"button":  func(url, words string, filled bool) button { return button{url, words, filled} },
	}
}

// css marks a theme's own words, or an operator's list of fonts, as a style's.
func css(s string) htmltemplate.CSS {
	return htmltemplate.CSS(s) //nolint:gosec // config lets nothing through that ends a style
}

// side is where lines start, or where they close, by the direction of writing.
func (d design) side(ltr, rtl string) string {
	if d.look.RTL {
		return rtl
	}
	return ltr
}

// textFuncs are what text templates may call besides the built-in functions.
func textFuncs() texttemplate.FuncMap {
	return texttemplate.FuncMap{"upper": upper, "rule": rule, "wrap": wrap}
}

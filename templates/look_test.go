package templates

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// WCAG 2.2 §1.4.3: whatever its accent, every theme can be read, light and dark.
func TestLegible(t *testing.T) {
	t.Parallel()
	for _, theme := range Themes() {
		d, err := Look{Theme: theme}.design()
		if err != nil {
			t.Fatal(err)
		}
		checkLegible(t.Errorf, theme, d)
	}
	rapid.Check(t, func(rt *rapid.T) {
		look := Look{
			Theme:  rapid.SampledFrom(Themes()).Draw(rt, "theme"),
			Accent: fmt.Sprintf("#%06x", rapid.IntRange(0, 0xffffff).Draw(rt, "accent")),
		}
		d, err := look.design()
		if err != nil {
			rt.Fatal(err)
		}
		checkLegible(rt.Errorf, look.Theme+" "+look.Accent, d)
	})
}

func checkLegible(report func(string, ...any), name string, d design) {
	for mode, p := range map[string]palette{"light": d.light, "dark": d.dark} {
		for _, pair := range [][2]string{{"ink", "paper"}, {"soft", "paper"}, {"mark", "paper"}, {"on", "mark"}} {
			front, err := parseColor(p[pair[0]])
			behind, err2 := parseColor(p[pair[1]])
			if err != nil || err2 != nil {
				report("%s, %s: %v %v", name, mode, err, err2)
				continue
			}
			if c := front.contrast(behind); c < legible {
				report("%s, %s: %s %s on %s %s has a contrast of %.2f, want %.1f", name, mode, pair[0], front, pair[1], behind, c, legible)
			}
		}
	}
}

// An accent that can be read stays as it is.
func TestAccent(t *testing.T) {
	t.Parallel()
	for accent, want := range map[string][2]string{
		"#9c1f28": {"#9c1f28", "#bc676d"}, "#ffd400": {"#877000", "#ffd400"}, "#000000": {"#000000", "#808080"}, "#FFFFFF": {"#707070", "#ffffff"},
	} {
		d, err := Look{Accent: accent}.design()
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{d.light["mark"], d.dark["mark"]}; got != want {
			t.Errorf("%s became %v, want %v", accent, got, want)
		}
	}
	for _, bad := range []string{"red", "#12345", "#1234567", "#12345g", "#+12345"} {
		if _, err := (Look{Accent: bad}).Parse(""); err == nil {
			t.Errorf("%q was taken for a color", bad)
		}
	}
}

// Fonts and the logo stand in the letter, and nothing in them ends a style.
func TestLookIsInTheLetter(t *testing.T) {
	t.Parallel()
	set, err := Look{Fonts: Fonts{Headings: "Charter,'Big Caslon',serif"}, Logo: Logo{"https://t.example/logo.png", 240, 60}, RTL: true}.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	view := map[string]any{"Title": "The Letter", "Date": "Friday", "DatesIn": "", "Name": "", "Note": "", "Publication": map[string]any{"Author": ""}, "Dir": "rtl"}
	for _, name := range []string{"masthead.html.tmpl", "style.html.tmpl"} {
		if err := set.Mail.HTML.ExecuteTemplate(&b, name, view); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		`font-family:Charter,&#39;Big Caslon&#39;,serif`, `<img src="https://t.example/logo.png" alt="The Letter" width="240" height="60"`, "float: right",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

package digest

import (
	"cmp"
	"fmt"
	"html"
	"strings"
	"text/template"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
	"marquee/templates"
)

// CheckTemplates renders a sample edition and says what the templates make of it
// that no reader should get: errors with their file and line, and letters that
// lack what they must have. Templates that pass cannot fail for want of a field.
func CheckTemplates(t *templates.Mail) error {
	for _, v := range []View{sample(t.Layouts(), false), sample(t.Layouts(), true)} {
		for _, s := range v.Sections {
			if err := checkSection(t, s); err != nil {
				return err
			}
		}
		if err := checkLetter(t, v); err != nil {
			return err
		}
		if err := checkLetter(t, sampleCorrection(v)); err != nil {
			return err
		}
	}
	return nil
}

// checkLetter wants the frame that the law and the reader want.
func checkLetter(t *templates.Mail, v View) error {
	files := filesOf(&v)
	page, err := execute(t.HTML, files.html, v)
	if err != nil {
		return err
	}
	text, err := execute(t.Text, files.text, v)
	if err != nil {
		return err
	}
	if err := checkSubjectFile(t, v); err != nil {
		return err
	}
	for _, body := range []struct{ file, text string }{
		{files.html, html.UnescapeString(page)}, {files.text, strings.Join(strings.Fields(text), " ")},
	} {
		for _, w := range wanted(&v) {
			if !strings.Contains(strings.ToLower(body.text), strings.ToLower(w)) {
				return fmt.Errorf("%w mail/%s:1: the letter it makes lacks %q of a sample", domain.ErrInvalid, body.file, w)
			}
		}
	}
	return nil
}

// wanted are the words that a letter must have.
func wanted(v *View) []string {
	words := []string{v.Title, v.Publication.Address, v.NoteText, v.Sections[0].Title}
	if k := v.Correction; k != nil {
		words = append(words, k.Subject, k.URL, k.NoteText)
	}
	if !v.Web {
		words = append(words, v.Links.Unsubscribe)
	}
	return words
}

// checkSubjectFile wants a subject of a correction.
func checkSubjectFile(t *templates.Mail, v View) error {
	if v.Correction == nil {
		return nil
	}
	subject, err := execute(t.Text, templates.CorrectionSubject, v)
	if err == nil && strings.TrimSpace(subject) == "" {
		err = fmt.Errorf("%w mail/%s:1: makes an empty subject", domain.ErrInvalid, templates.CorrectionSubject)
	}
	return err
}

// sampleCorrection is a correction with the sections of a sample.
func sampleCorrection(v View) View {
	v.Note, v.NoteText = "", ""
	v.Correction = &CorrectionView{
		Subject: "Paper Lanterns ★★★½", Date: "Friday, November 20, 2026", URL: "https://feeds.lanternscreen.example/editions/1",
		Note: sanitize.Trusted("<p>It opens on the 27th.</p>"), NoteText: "It opens on the 27th.",
	}
	return v
}

// checkSection wants a section to show what it is given.
func checkSection(t *templates.Mail, s SectionView) error {
	for _, body := range []struct {
		executor
		end string
	}{{t.HTML, ".html.tmpl"}, {t.Text, ".txt.tmpl"}} {
		file := "section_" + s.Layout + body.end
		shown, err := execute(body, file, s)
		if err != nil {
			return err
		}
		if strings.Contains(shown, "ZgotmplZ") {
			return fmt.Errorf("%w mail/%s:1: puts text where an address or a style must stand", domain.ErrInvalid, file)
		}
		if want := cmp.Or(s.Text, sampleName); !strings.Contains(shown, want) {
			return fmt.Errorf("%w mail/%s:1: shows nothing of what is in the section: %q of a sample is missing", domain.ErrInvalid, file, want)
		}
	}
	return nil
}

// sampleName stands in everything that a sample section shows.
const sampleName = "Paper Lanterns"

// sample is a view with everything in it, and one section of each layout.
func sample(layouts []string, web bool) View {
	v := View{
		Publication: domain.Publication{
			Title: "Lantern Screen", URL: "https://lanternscreen.example/", Author: "Mara Ellison",
			Patreon: "https://www.patreon.com/lanternscreen", Address: "PO Box 1200, Elgin", Server: "https://feeds.lanternscreen.example",
		},
		Language: "en-US", Dir: domain.LTR, Title: "Lantern Screen Weekly", Date: "Friday, November 20, 2026",
		Subject: "Paper Lanterns ★★★½", Preheader: "Three picks for tonight", Credits: []string{"Streaming data by JustWatch."},
		Note: sanitize.Trusted("<p>It rains.</p>"), NoteText: "It rains.", Web: web,
		Links: Links{Web: "https://feeds.lanternscreen.example/e/1", Archive: "https://feeds.lanternscreen.example/editions/"},
	}
	if !web {
		v.Name, v.Patron, v.Audience = "Alex", true, domain.Audience{Standing: domain.Active, Tier: "Matinee"}
		v.Links.Unsubscribe, v.Links.Manage = "https://feeds.lanternscreen.example/u/1", "https://feeds.lanternscreen.example/p/1"
	}
	for _, layout := range layouts {
		v.Sections = append(v.Sections, sampleSection(layout))
	}
	return v
}

func sampleSection(layout string) SectionView {
	rating := RatingView{Stars: "★★★½", Spoken: "3.5 out of 4 stars", Plain: "★★★½ (3.5 out of 4)"}
	image := &ImageView{URL: "https://feeds.lanternscreen.example/i/1-320.jpg", Alt: "A lantern", Width: 132, Height: 198}
	item := ItemView{
		ID: "1", Title: sampleName, Series: "Opening Week", Label: "First look", URL: "https://lanternscreen.example/1",
		Action: "Read the review", ActionURL: "https://lanternscreen.example/1", Image: image, Rating: rating,
		Watch: []WatchView{{Region: "US", Services: "MUBI (subscription)", URL: "https://mubi.example/1", Checked: "Nov 20"}},
		Facts: "2026 · Ines Vardo · 98 min.", Excerpt: "A harbor town forgets itself.", Opens: "becomes free to read on Nov 30",
	}
	bare := ItemView{ID: "2", Title: sampleName + " again"}
	text := sanitize.Trusted("<p>" + sampleName + " is on.</p>")
	pick := PickView{
		Number: 1, Title: sampleName, Year: 2026, Directors: "Ines Vardo", Where: "MUBI · subscription", Service: "MUBI",
		Dates: "leaves Nov 30", URL: "https://mubi.example/1", Review: item.URL, Why: text, WhyText: "It is on.", Rating: rating, Image: image, Watch: item.Watch,
	}
	s := SectionView{Kind: layout, Layout: layout, Title: "This week", Items: []ItemView{item, bare}, More: []ItemView{item, bare}}
	switch layout {
	case "whole":
		s.Items[0].Whole, s.Items[0].WholeText = text, sampleName+" is on."
	case "note":
		s.Note, s.NoteText, s.Items, s.More = text, sampleName+" is on.", nil, nil
	case "picks":
		s.Picks, s.More = []PickView{pick, {Number: 2, Title: sampleName}}, nil
	case "text":
		s.Text, s.Link, s.Call, s.Items, s.More = "Write to me.", item.URL, "Suggest a film", nil, nil
	}
	return s
}

// checkSubject executes a digest's own subject on a sample. What it says of a
// section or an item that is not there may be right on a better week; a field
// that does not exist is never there.
func checkSubject(t *template.Template, layouts []string) error {
	_, err := execute(t, t.Name(), sample(layouts, false))
	if err != nil && strings.Contains(err.Error(), "can't evaluate field") {
		return err
	}
	return nil
}

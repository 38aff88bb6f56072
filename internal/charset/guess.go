package charset

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// guessed decodes a text that was taken for UTF-8 and is not. A few stray bytes
// are mended; a text of another charset is recognised by what its letters are.
func guessed(text string) string {
	if isDamaged(text) {
		return mendUTF8(text)
	}
	sample := foreign(text)
	dense := density(sample) > 0.4
	var best encoding.Encoding
	most := 0.25 // less is no language that we know
	for _, c := range candidates() {
		if c.dense != dense {
			continue
		}
		out, err := c.enc.NewDecoder().String(sample)
		if score := c.score(out); err == nil && score > most {
			best, most = c.enc, score
		}
	}
	if best == nil || best == charmap.Windows1252 {
		return mendUTF8(text)
	}
	out, err := decodeWith(best, text)
	if err != nil {
		return mendUTF8(text)
	}
	return out
}

// isDamaged tells UTF-8 with some bytes that are wrong from another charset, in
// which hardly any two bytes happen to be UTF-8.
func isDamaged(text string) bool {
	whole, stray := 0, 0
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case size > 1:
			whole++
		case r == utf8.RuneError:
			stray++
		}
		text = text[size:]
	}
	return whole > 2*stray
}

// foreign are the stretches of a text that are neither ASCII nor UTF-8, as far as
// is needed to know a language; nothing when there are only a few such bytes.
func foreign(text string) string {
	const enough, few = 4 << 10, 8
	var out strings.Builder
	high := 0
	for i := 0; i < len(text) && out.Len() < enough; {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		end := i
		for end < len(text) && end-i < enough && text[end] != '<' && text[end] != '\n' {
			end++
		}
		if stretch := text[i:end]; !utf8.ValidString(stretch) {
			out.WriteString(stretch + "\n")
			high += len(strings.TrimFunc(stretch, func(r rune) bool { return r < utf8.RuneSelf }))
		}
		i = end
	}
	if high < few {
		return ""
	}
	return out.String()
}

// density is how many of the bytes beyond ASCII stand next to another one: few
// where accents are strewn over Latin letters, most in other scripts.
func density(s string) float64 {
	pairs, all := 0, 1
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			continue
		}
		all++
		if i+1 < len(s) && s[i+1] >= utf8.RuneSelf {
			pairs++
		}
	}
	return float64(pairs) / float64(all)
}

// candidate is a charset and how its texts are recognised.
type candidate struct {
	enc    encoding.Encoding
	dense  bool
	common string              // its language's most frequent characters
	script *unicode.RangeTable // or the script that only it writes
}

func candidates() []candidate {
	const (
		simplified  = "的一是不了人在有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长"
		traditional = "的一是不了人在有我他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她里後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長"
		hangul      = "이다의가는을하고에한지로기도나사시자리은어해대인그서과들마를전수제적면보아정부일스라게장니있상원구으만주여동성"
		cyrillic    = "оеаинтсрвлкмдпу"
		greek       = "αοιετνσηρπκμλυς"
		hebrew      = "יוהלאתרמשבנדעכקח"
		western     = "éèàçêâîôûëïüöäßñáíóúãõåøæ’“”–—…«»"
		central     = "áéíóúýčďěňřšťůžąćęłńśźżőűäöüß"
	)
	return []candidate{
		{japanese.EUCJP, true, "", unicode.Hiragana},
		{japanese.ShiftJIS, true, "", unicode.Hiragana},
		{korean.EUCKR, true, hangul, nil},
		{simplifiedchinese.GB18030, true, simplified, nil},
		{traditionalchinese.Big5, true, traditional, nil},
		{charmap.Windows1251, true, cyrillic, nil},
		{charmap.KOI8R, true, cyrillic, nil},
		{charmap.Windows1253, true, greek, nil},
		{charmap.Windows1255, true, hebrew, nil},
		{charmap.Windows1252, false, western, nil},
		{charmap.Windows1250, false, central, nil},
	}
}

// score is which part of the letters beyond ASCII are those one expects, minus
// what cannot be read.
func (c candidate) score(text string) float64 {
	hits, all := 0, 1
	for _, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		switch {
		case r == utf8.RuneError || r >= 0x80 && r <= 0x9F || r >= 0xE000 && r <= 0xF8FF:
			hits -= 4
		case c.script != nil && unicode.Is(c.script, r), strings.ContainsRune(c.common, r):
			hits++
		}
	}
	return float64(hits) / float64(all)
}

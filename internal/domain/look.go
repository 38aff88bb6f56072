package domain

// Look is how programs that read feeds show a publication: addresses of images
// on its site, and the colour of its links. Each may be empty.
type Look struct {
	Icon   string // square, 512 pixels or more
	Logo   string // the name as it is drawn, twice as broad as high
	Cover  string // broad, behind the name
	Accent string // six hexadecimal digits, without a #
}

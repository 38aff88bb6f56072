// Package section holds the blocks that an edition can be made of. Kinds lists
// them; most are one machine, pieces, with different options. How a section looks
// is its layout: templates/mail/section_LAYOUT.html.tmpl and
// section_LAYOUT.txt.tmpl.
package section

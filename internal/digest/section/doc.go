// Package section holds the blocks that an edition can be made of, one in each
// file. A section's templates are templates/mail/section_KIND.html.tmpl and
// section_KIND.txt.tmpl.
package section

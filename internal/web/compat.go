package web

import (
	"io/fs"
	"log/slog"

	"marquee/internal/domain"
	"marquee/templates"
)

// NewPages renders the built-in pages; New renders those of a templates.Set.
func NewPages(_ fs.FS, p domain.Publication) (*Pages, error) {
	set, err := templates.Parse("")
	if err != nil {
		return nil, err
	}
	return newPages(set.Web, p), nil
}

// NewSite is New with the pages of NewPages.
func NewSite(pages *Pages, _ fs.FS, log *slog.Logger) (*Site, error) { return newSite(pages, log) }

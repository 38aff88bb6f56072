package public

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
)

// dressView is what the blocks of edition.html.tmpl see: what an edition's copy
// lacks to be a page of its own.
type dressView struct {
	Publication    domain.Publication
	Subject        string
	Preheader      string
	URL            string // whole
	Image          string // whole; may be empty
	Digest         string
	Published      string // RFC 3339
	Language       string
	Previous, Next *editionView
}

// dress makes an edition's copy, which is a mail's document, into a page that can
// be found, shared and turned: what others say of it when it is shared goes into
// its head, and the ways on at its end. A document of another shape stays as it is.
func (h handlers) dress(ctx context.Context, e *domain.Edition, r domain.Rendition) ([]byte, error) {
	v := dressView{
		Publication: h.Publication, Subject: r.Subject, Preheader: r.Preheader, URL: h.Publication.Server + editionPath(e),
		Image: h.firstPrint(r.HTML), Digest: h.editionView(e).Digest, Published: e.Due.Format(time.RFC3339), Language: h.Publication.Language,
	}
	var err error
	if v.Previous, v.Next, err = h.neighbours(ctx, e); err != nil {
		return nil, err
	}
	head, err := h.pages.Part("edition", "head", v)
	if err != nil {
		return nil, err
	}
	foot, err := h.pages.Part("edition", "foot", v)
	if err != nil {
		return nil, err
	}
	html, err := h.pages.Corrected(ctx, h.Store, e, r.HTML)
	if err != nil {
		return nil, err
	}
	html = strings.Replace(html, "</head>", head+"</head>", 1)
	if at := strings.LastIndex(html, "</body>"); at >= 0 {
		html = html[:at] + foot + html[at:]
	}
	return []byte(html), nil
}

// firstPrint is the address of the first picture of ours in a document.
func (h handlers) firstPrint(html string) string {
	return regexp.MustCompile(regexp.QuoteMeta(h.Publication.Server+domain.PrintPath) + `[A-Za-z0-9._-]+`).FindString(html)
}

// neighbours are the editions of the same digest that went out before and after.
func (h handlers) neighbours(ctx context.Context, e *domain.Edition) (previous, next *editionView, err error) {
	all, err := h.Store.Editions(ctx, listedEditions)
	if err != nil {
		return nil, nil, err
	}
	same := slices.DeleteFunc(all, func(o domain.Edition) bool { return o.Digest != e.Digest })
	at := slices.IndexFunc(same, func(o domain.Edition) bool { return o.ID == e.ID })
	if at < 0 {
		return nil, nil, nil
	}
	if at > 0 {
		v := h.editionView(&same[at-1])
		next = &v
	}
	if at+1 < len(same) {
		v := h.editionView(&same[at+1])
		previous = &v
	}
	return previous, next, nil
}

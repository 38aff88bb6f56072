package public

import (
	"fmt"
	"net/http"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// printMaxAge is for ever (RFC 9111 §5.2.2.1): a print's name is made from the
// picture's bytes.
const printMaxAge = "public, max-age=31536000, immutable"

// print serves a print to everyone who knows its name. Posters are on every site;
// the name of a still that only patrons are shown cannot be guessed by others.
func (h handlers) print(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	key, width, ok := domain.ParsePrintName(name)
	if !ok {
		return fmt.Errorf("print %q: %w", name, domain.ErrNotFound)
	}
	jpeg, err := h.Store.Print(r.Context(), key, width)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", domain.PrintType)
	header.Set("Cache-Control", printMaxAge)
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin") // readers that run in a browser show it too
	web.Bytes(w, r, `"`+name+`"`, time.Time{}, jpeg)
	return nil
}

package app

import (
	"fmt"
	"time"

	"marquee/internal/domain"
)

// WhyNot is why somebody was not among an edition's readers when it was frozen, as
// far as it can be told from what they are by now; "" when the digest has left the
// configuration.
func (a *App) WhyNot(e *domain.Edition, who *domain.Patron) string {
	to, gets, err := a.Gets(e.Digest, who.Audience)
	switch {
	case err != nil:
		return ""
	case !gets:
		return fmt.Sprintf("it goes to %s, and they are among %s", to, who.Label())
	case e.Corrects != 0:
		return fmt.Sprintf("they do not have edition %d, which it corrects", e.Corrects)
	case who.Since.After(e.Frozen):
		return "they have been a patron since " + who.Since.In(a.Zone()).Format(time.DateOnly)
	}
	return "they came later, or were something else then; they get the next"
}

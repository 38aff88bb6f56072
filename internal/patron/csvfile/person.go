package csvfile

import (
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"marquee/internal/domain"
)

// reader understands rows of one file.
type reader struct {
	columns columns
	tiers   domain.Tiers
	now     time.Time
}

// row is what a row says of one person.
type row struct {
	person      domain.Patron
	unknownTier string // still shares the record's memory
	note        string // a value that was not understood; empty when all were
}

// read understands one row. Its error says why the row brings nobody, without
// quoting it. The person shares no memory with the record, which holds what must
// not be kept.
func (r *reader) read(record []string) (row, error) {
	var found row
	address, err := usable(r.columns.value(record, email))
	if err != nil {
		return row{}, err
	}
	standing, err := r.standing(record, &found)
	if err != nil {
		return row{}, err
	}
	found.person = domain.Patron{
		External: strings.Clone(r.columns.value(record, userID)),
		Email:    strings.Clone(address),
		Name:     oneLine(r.columns.value(record, name)),
		Audience: domain.Audience{Standing: standing},
		Since:    r.instant(record, since, &found),
	}
	if standing == domain.Active {
		found.person.Tier = r.tier(record, &found)
	}
	return found, nil
}

// oneLine is a name without line breaks; else it is kept as its owner writes it.
// What is no UTF-8 went through a spreadsheet that writes Windows-1252, in which
// every byte means something.
func oneLine(name string) string {
	if !utf8.ValidString(name) {
		if known, err := charmap.Windows1252.NewDecoder().String(name); err == nil {
			name = known
		}
	}
	return strings.Clone(strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " "))
}

// usable is an address that mail can be sent to.
func usable(address string) (string, error) {
	if address == "" {
		return "", errors.New("has no e-mail address: Patreon hides it, or the account is gone")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || strings.HasPrefix(address, "<") {
		return "", errors.New("has no e-mail address that mail can be sent to")
	}
	return address, nil
}

// standing reads how a person stands. Access that lasts into the future was paid
// for, whatever has happened since.
func (r *reader) standing(record []string, found *row) (domain.Standing, error) {
	status := strings.ToLower(r.columns.value(record, status))
	switch {
	case status == "active patron", r.instant(record, expires, found).After(r.now):
		return domain.Active, nil
	case strings.EqualFold(r.columns.value(record, freeMember), "yes"):
		return domain.Reader, nil
	case status == "former patron", status == "declined patron":
		return domain.Former, nil
	case status == "":
		return "", errors.New("is neither a patron nor a free member")
	}
	return "", errors.New("has a Patron Status that is not known here: Active, Declined or Former patron are")
}

// tier is the configured tier that a title names, else the one that the pledge
// pays for.
func (r *reader) tier(record []string, found *row) string {
	title := r.columns.value(record, tier)
	if rank := r.tiers.Rank(title); rank > 0 && title != "" {
		return r.tiers[rank-1].Name
	}
	found.unknownTier = title
	paid, ok := cents(r.columns.value(record, pledge))
	if !ok {
		found.note = "has a Pledge Amount that is no amount: counted as nothing"
	}
	yearly := []string{"annual", "annually", "yearly", "year"}
	if slices.Contains(yearly, strings.ToLower(r.columns.value(record, frequency))) {
		paid = (paid + 6) / 12 // tiers' prices are by the month
	}
	return r.tiers.Paid(paid)
}

// instant reads a time, which is UTC; the zero time when there is none.
func (r *reader) instant(record []string, col column, found *row) time.Time {
	s := r.columns.value(record, col)
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil { // fractions of a second may follow any layout's seconds
			return t.UTC().Truncate(time.Microsecond)
		}
	}
	found.note = "has a date that is not written 2006-01-02 15:04:05: left away"
	return time.Time{}
}

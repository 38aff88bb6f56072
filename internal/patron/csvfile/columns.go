package csvfile

import (
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// column is a value of a row that matters.
type column int

const (
	email column = iota
	status
	name
	freeMember
	pledge
	frequency
	tier
	since
	userID
	expires
	columnCount
)

// headers are the names that Patreon has given the columns over the years, in
// lower case.
func headers() map[string]column {
	return map[string]column{
		"email":                email,
		"patron status":        status,
		"name":                 name,
		"free member":          freeMember,
		"pledge amount":        pledge,
		"pledge $":             pledge,
		"charge frequency":     frequency,
		"tier":                 tier,
		"patronage since date": since,
		"user id":              userID,
		"access expiration":    expires,
	}
}

// columns are the places of the columns in a row, from 1; 0 means that the file
// does not have one.
type columns [columnCount]int

// newColumns finds the columns by their names, whatever their order and case.
func newColumns(header []string) (columns, error) {
	var c columns
	known := headers()
	for i, title := range header {
		if col, ok := known[strings.ToLower(strings.TrimSpace(title))]; ok && c[col] == 0 {
			c[col] = i + 1
		}
	}
	var missing []string
	if c[email] == 0 {
		missing = append(missing, "Email")
	}
	if c[status] == 0 {
		missing = append(missing, "Patron Status")
	}
	if len(missing) > 0 {
		return c, fmt.Errorf("%w member list: its first line does not name the column %s: export the members from Patreon again, separated by commas",
			domain.ErrInvalid, strings.Join(missing, " nor "))
	}
	return c, nil
}

// value is a row's value without spaces around it; empty when the row or the
// file has none.
func (c *columns) value(record []string, col column) string {
	at := c[col]
	if at == 0 || at > len(record) {
		return ""
	}
	return strings.TrimSpace(record[at-1])
}

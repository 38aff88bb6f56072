package patreonapi

import (
	"encoding/json"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// document is an answer with one resource or a list of them (JSON:API 1.0 §7).
// D is what its data is made of.
type document[D any] struct {
	Data     *D         `json:"data"`
	Included []included `json:"included"`
	Meta     struct {
		Pagination struct {
			Cursors struct {
				Next string `json:"next"` // empty on the last page, as null is and what is not there
			} `json:"cursors"`
			Total *int `json:"total"`
		} `json:"pagination"`
	} `json:"meta"`
}

// data is what a document holds, which it must hold.
func (d *document[D]) data() (D, error) {
	if d.Data == nil {
		var none D
		return none, fmt.Errorf("%w answer: it holds no data", domain.ErrInvalid)
	}
	return *d.Data, nil
}

// identity names a resource.
type identity struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// check refuses what is not a resource of a type.
func (i identity) check(kind string) error {
	if i.ID == "" || i.Type != kind {
		return fmt.Errorf("%w answer: a %s in it is none, or has no id", domain.ErrInvalid, kind)
	}
	return nil
}

// included is a resource that others refer to: a tier or a user.
type included struct {
	identity
	Attributes struct {
		Title     string      `json:"title"`
		Cents     given[int]  `json:"amount_cents"`
		Published given[bool] `json:"published"`
		Verified  given[bool] `json:"is_email_verified"`
	} `json:"attributes"`
}

// one and many are relationships.
type (
	one  struct{ Data identity }
	many struct{ Data []identity }
)

// given is a value that may be null, or not there at all: Patreon leaves away
// what a token may not see.
type given[T any] struct {
	There bool
	Value T // the zero value for null
}

// UnmarshalJSON is called for all values that are there.
func (g *given[T]) UnmarshalJSON(text []byte) error {
	g.There = true
	return json.Unmarshal(text, &g.Value)
}

// instant is a time as Patreon writes it: "2018-04-01T21:28:06+00:00", with or
// without a fraction of a second.
type instant struct {
	time.Time

	strange bool // it was written in another way
}

// UnmarshalJSON reads a time, null as the zero time. One that cannot be read
// costs nobody the rest of the answer.
func (i *instant) UnmarshalJSON(text []byte) error {
	var s string
	if json.Unmarshal(text, &s) != nil {
		i.strange = true
		return nil //nolint:nilerr // said by strange
	}
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	i.Time, i.strange = t.UTC().Truncate(time.Microsecond), err != nil
	return nil
}

func missing(what string) error {
	return fmt.Errorf("%w answer: it lacks %s, which was asked for", domain.ErrInvalid, what)
}

package domain

import "time"

// PatronRecord is everything that is held about one person, for themselves.
type PatronRecord struct {
	ID            PatronID       `json:"id"`
	Roster        string         `json:"roster"`
	External      string         `json:"roster_id,omitempty"`
	Email         string         `json:"email"`
	Name          string         `json:"name,omitempty"`
	Standing      Standing       `json:"standing"`
	Tier          string         `json:"tier,omitempty"`
	Since         time.Time      `json:"since,omitzero"`
	Missing       time.Time      `json:"not_listed_since,omitzero"`
	Complimentary *Complimentary `json:"complimentary,omitempty"`
	Suppression   *Suppression   `json:"no_mail,omitempty"`
	Bounces       []Bounce       `json:"came_back,omitempty"` // newest first
	Preferences
	FeedLink *FeedLink       `json:"private_feeds,omitempty"`
	Received []Receipt       `json:"letters"` // newest first
	Notices  []ServiceNotice `json:"notices,omitempty"`
}

// Readers are those who get the same as the person.
func (r *PatronRecord) Readers() Readers {
	return Readers{Audience{Standing: r.Standing, Tier: r.Tier}, r.Dates}
}

// Complimentary is a tier that the operator gave.
type Complimentary struct {
	Until time.Time `json:"until,omitzero"` // zero is for good
}

// Receipt is what became of one edition for one person.
type Receipt struct {
	Edition EditionID     `json:"-"`
	Slug    string        `json:"edition"`
	Due     time.Time     `json:"due"`
	State   DeliveryState `json:"state,omitempty"` // empty: they were not among its readers when it was frozen
	Class   string        `json:"class,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Changed time.Time     `json:"changed,omitzero"`
}

// ServiceNotice is a service mail to a person.
type ServiceNotice struct {
	Kind    NoticeKind  `json:"kind"`
	Subject string      `json:"subject"`
	Text    string      `json:"text"`
	State   NoticeState `json:"state"`
	Created time.Time   `json:"created"`
}

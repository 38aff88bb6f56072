package patreonapi

import (
	"context"
	"errors"
	"net/url"
	"time"
)

// PatronStatus is how a pledge stands. What a member may see does not follow
// from it: who has cancelled stays entitled until the end of what was paid.
type PatronStatus string

// The statuses; a free member has none.
const (
	ActivePatron   PatronStatus = "active_patron"
	DeclinedPatron PatronStatus = "declined_patron"
	FormerPatron   PatronStatus = "former_patron"
)

// ChargeStatus is what came of the last charge. Only Paid is success.
type ChargeStatus string

// The statuses that are told apart; there are more.
const (
	Paid              ChargeStatus = "Paid"
	Refunded          ChargeStatus = "Refunded"
	RefundedByPatreon ChargeStatus = "Refunded by Patreon"
	Fraud             ChargeStatus = "Fraud"
)

// Member is a person's membership of a campaign.
type Member struct {
	ID   string // of the membership
	User string // the person's id, which no new pledge changes
	Name string
	// Email is empty when the account is gone or hides it. EmailShown is false
	// when the token may not see addresses at all.
	Email      string
	EmailShown bool
	Unverified bool // the person has not confirmed the address to Patreon

	Status PatronStatus
	Charge ChargeStatus
	Cents  int    // entitled to, for one cadence
	Months int    // between charges: 1 or 12; 0 when unknown
	Tiers  []Tier // currently entitled to

	Gifted, Trial        bool
	Since                time.Time // when the pledge began; zero for who never pledged
	LastCharge, NextDate time.Time // zero when there is none
}

type memberEntry struct {
	identity
	Attributes *struct {
		Name   string              `json:"full_name"`
		Email  given[string]       `json:"email"`
		Status given[PatronStatus] `json:"patron_status"`
		Charge ChargeStatus        `json:"last_charge_status"`
		Cents  given[int]          `json:"currently_entitled_amount_cents"`
		Months int                 `json:"pledge_cadence"`
		Gifted bool                `json:"is_gifted"`
		Trial  bool                `json:"is_free_trial"`
		Since  instant             `json:"pledge_relationship_start"`
		Last   instant             `json:"last_charge_date"`
		Next   instant             `json:"next_charge_date"`
	} `json:"attributes"`
	Relationships struct {
		Tiers *many `json:"currently_entitled_tiers"`
		User  *one  `json:"user"`
	} `json:"relationships"`
}

// membersPage is the most that Patreon gives at once.
const membersPage = 1000

// Members gives all members of a campaign, page by page: whoever pays, has paid
// or follows for free. What take returns ends it.
func (c *Client) Members(ctx context.Context, campaign string, take func(Page[Member]) error) error {
	reading := &memberReading{}
	return list[memberEntry, Member]{
		op: "list members", path: "/api/oauth2/v2/campaigns/" + url.PathEscape(campaign) + "/members", count: membersPage,
		query: url.Values{
			"include": {"currently_entitled_tiers,user"},
			"fields[member]": {"full_name,email,patron_status,last_charge_status,last_charge_date,next_charge_date," +
				"currently_entitled_amount_cents,pledge_cadence,pledge_relationship_start,is_gifted,is_free_trial"},
			"fields[tier]": {"title,amount_cents"},
			"fields[user]": {"is_email_verified"},
		},
		item: reading.member,
		id:   func(e memberEntry) string { return e.ID },
	}.walk(ctx, c, take)
}

// memberReading is what one page includes, put in order once for all its members.
type memberReading struct {
	of         *document[[]memberEntry]
	tiers      map[string]Tier
	unverified map[string]bool
}

func (r *memberReading) open(doc *document[[]memberEntry]) error {
	if r.of == doc {
		return nil
	}
	tiers, err := tiersOf(doc.Included)
	if err != nil {
		return err
	}
	r.of, r.tiers, r.unverified = doc, tiers, map[string]bool{}
	for _, in := range doc.Included {
		if in.Type == "user" && in.Attributes.Verified.There && !in.Attributes.Verified.Value {
			r.unverified[in.ID] = true
		}
	}
	return nil
}

func (r *memberReading) member(e memberEntry, doc *document[[]memberEntry]) (Member, error) {
	if err := r.open(doc); err != nil {
		return Member{}, err
	}
	if err := e.complete(); err != nil {
		return Member{}, err
	}
	user := e.Relationships.User.Data.ID
	if user == "" {
		return Member{}, brokenError{errors.New("belongs to no account")}
	}
	a := e.Attributes
	return Member{
		ID: e.ID, User: user, Name: a.Name, Email: a.Email.Value, EmailShown: a.Email.There, Unverified: r.unverified[user],
		Status: a.Status.Value, Charge: a.Charge, Cents: a.Cents.Value, Months: a.Months,
		Tiers: pick(r.tiers, e.Relationships.Tiers.Data), Gifted: a.Gifted, Trial: a.Trial,
		Since: a.Since.Time, LastCharge: a.Last.Time, NextDate: a.Next.Time,
	}, nil
}

// complete refuses a member without what entitlement is read from: if the API no
// longer gives it, nothing can be said about anybody.
func (e *memberEntry) complete() error {
	if err := e.check("member"); err != nil {
		return err
	}
	switch {
	case e.Attributes == nil || !e.Attributes.Status.There:
		return missing("the members' patron_status")
	case !e.Attributes.Cents.There:
		return missing("the members' currently_entitled_amount_cents")
	case e.Relationships.Tiers == nil:
		return missing("the members' tiers")
	case e.Relationships.User == nil:
		return missing("the members' accounts")
	}
	return nil
}

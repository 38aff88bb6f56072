package patreon

import (
	"context"
	"errors"

	"marquee/internal/answer"
	"marquee/internal/fetch"
	"marquee/internal/patreonapi"
	"marquee/internal/source"
)

// listing is all posts that are read, in small or whole.
type listing struct {
	posts  []patreonapi.Post
	broken []patreonapi.Broken
	// whole says that Patreon gave as many as it says there are. What is missing
	// from a list that is not was not taken back.
	whole bool
}

// list asks for all posts.
func (r *Reader) list(ctx context.Context, content bool) (*listing, error) {
	var l listing
	seen, total := 0, -1
	err := r.client.Posts(ctx, r.opts.Campaign, content, func(p patreonapi.Page[patreonapi.Post]) error {
		if p.First {
			l, seen = listing{}, 0
		}
		seen, total = seen+len(p.Items)+len(p.Broken), p.Total
		l.broken = append(l.broken, p.Broken...)
		for _, post := range p.Items {
			if r.current(post) {
				l.posts = append(l.posts, post)
			}
		}
		return nil
	})
	if err != nil {
		return nil, explain(err)
	}
	l.whole = seen >= total
	return &l, nil
}

// problems are the posts that could not be understood.
func (l *listing) problems() []source.Problem {
	var all []source.Problem
	for _, b := range l.broken {
		p := source.Problem{Where: "a post without an id", Err: b.Err}
		if b.ID != "" {
			p.GUID, p.Where = guid(b.ID), "post "+b.ID
		}
		all = append(all, p)
	}
	return all
}

// answerError is an error of the API that is, for who asks how to go on, one of
// fetching too.
type answerError struct {
	error

	as *fetch.Error
}

// Unwrap is both.
func (e *answerError) Unwrap() []error { return []error{e.error, e.as} }

// explain makes an error of the API one that source.Reader promises.
func explain(err error) error {
	known, ok := errors.AsType[*answer.Error](err)
	if !ok || known.Status == 0 && known.RetryAfter == 0 {
		return err
	}
	return &answerError{err, &fetch.Error{URL: patreonapi.Site, Status: known.Status, RetryAfter: known.RetryAfter}}
}

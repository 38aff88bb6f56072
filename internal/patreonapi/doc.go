// Package patreonapi is a client of Patreon's API v2, as far as a creator's own
// campaign needs it: who is a member, what was posted, and what a webhook hints.
//
//	client.go   one question: the token, and another when it is not taken
//	error.go    what Patreon says when it refuses
//	renew.go    the rotating pair of tokens
//	page.go     lists, from their first page to their last
//	webhook.go  signatures and events
//
// Patreon is not trusted further than it has shown to deserve. A list that was
// cut off, a page that lacks what was asked for, a cursor that leads in circles
// and a web page in the place of an answer are errors, never short lists.
//
// The client speaks to one host, over a transport that it is given, and follows
// no redirect: the bearer of a token goes nowhere else, whatever an answer says.
// The transport should be one that refuses private addresses, as internal/fetch's
// does. No error and no log line holds a token, an address or a cursor.
package patreonapi

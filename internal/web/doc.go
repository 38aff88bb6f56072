// Package web serves readers' software and people: the router, middleware, and
// below it the routes by audience. GET never changes state.
package web

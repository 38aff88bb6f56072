// Package wordpress is the source kind "wordpress": a critic's WordPress, read
// over its REST API.
//
//	discover   where the API is and which types of piece it has    discover.go, types.go
//	probe      the ten latest changes and the total of each type:  follow.go
//	           one small request a type, and all that an
//	           unchanged site costs
//	edited     what was changed since, by modified_after           follow.go
//	compare    the ids of all pieces with those known, when the    follow.go, gone.go
//	           totals differ and once in a while
//	everything all pieces whole: at first, and when one is gone    follow.go
//
// WordPress tells less than it seems. A scheduled piece appears with the date of
// its last edit, so that modified_after is blind to it; only the total shows it.
// A piece that goes to the trash is simply missing; so is one that slipped from
// one page of a list to another while they were read. So a list is believed when
// its length is the total, or when it reads the same twice, and a piece that is
// missing from it is asked for by its id before it counts as gone.
//
// Only what is new or has changed is given, except when a piece is gone: then
// the result holds everything and is complete, so that gathering withdraws the
// rest.
//
// Where the API is closed the site's feed is read instead (detour.go), by a
// reader that the kind is given. What the API has told before is then left as it
// is, since a feed says less.
package wordpress

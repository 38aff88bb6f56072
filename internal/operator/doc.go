// Package operator knows whoever runs the publication: by the one password, and
// by the browsers that have shown it. Neither is kept: of both there is what
// tells whether somebody has them.
package operator

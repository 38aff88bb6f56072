package postgres

import "context"

// Setting is what the server has for a connection of the store.
func (s *Store) Setting(ctx context.Context, name string) string {
	var value string
	if err := s.pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
		return err.Error()
	}
	return value
}

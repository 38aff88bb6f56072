package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// present is the class of the advisory locks by which processes say that they
// live: "marq" in ASCII. The other half of a lock's key is the process's number.
const present = 0x6d617271

// attending are the locks of all processes that have the database open.
const attending = `from pg_locks k where k.locktype = 'advisory' and k.granted and k.objsubid = 2 and k.classid::bigint = 1835102833
	and k.database = (select oid from pg_database where datname = current_database())`

// presence is this process's lock. A connection of its own holds it as long as
// the store is open, however busy or frozen the process is, and lets it go when
// the process ends, however it does: then others know at once that its leases are
// no more.
type presence struct {
	cfg      *pgx.ConnConfig
	instance int64
	log      *slog.Logger
	conn     *pgx.Conn
	stop     context.CancelFunc
	done     chan struct{}
}

const (
	patience = time.Second     // between tries to get a lost connection back
	farewell = 5 * time.Second // for the end of a connection
)

// enter takes the lock and keeps it until leave.
func enter(ctx context.Context, cfg *pgx.ConnConfig, instance int64, log *slog.Logger) (*presence, error) {
	p := &presence{cfg: cfg.Copy(), instance: instance, log: log, done: make(chan struct{})}
	// A machine that is gone does not end its connections: its leases end by time,
	// and its lock when the server asks in vain.
	p.cfg.RuntimeParams["tcp_keepalives_idle"] = "60"
	p.cfg.RuntimeParams["tcp_keepalives_interval"] = "10"
	p.cfg.RuntimeParams["tcp_keepalives_count"] = "3"
	p.cfg.RuntimeParams["idle_session_timeout"] = "0"
	if err := p.take(ctx); err != nil {
		return nil, err
	}
	keeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop = stop
	go p.keep(keeping)
	return p, nil
}

// take connects and takes the lock, or waits for it: the server may not know yet
// that the connection before is lost.
func (p *presence) take(ctx context.Context) (err error) {
	if p.conn, err = pgx.ConnectConfig(ctx, p.cfg); err != nil {
		return err
	}
	if _, err := p.conn.Exec(ctx, "select pg_advisory_lock($1, $2)", int32(present), int32(p.instance)); err != nil { //nolint:gosec // a database is not opened two thousand million times
		p.hangUp(ctx)
		return fmt.Errorf("say that this process lives: %w", err)
	}
	return nil
}

// hangUp ends the connection, which may be lost already.
func (p *presence) hangUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	_ = p.conn.Close(ctx)
}

// keep takes the lock anew whenever its connection is lost.
func (p *presence) keep(ctx context.Context) {
	defer close(p.done)
	for {
		_, err := p.conn.WaitForNotification(ctx) // none comes
		p.hangUp(ctx)
		if ctx.Err() != nil {
			return
		}
		p.log.WarnContext(ctx, "presence in the database lost", "err", err)
		for p.take(ctx) != nil {
			if pause(ctx, patience); ctx.Err() != nil {
				return
			}
		}
		p.log.InfoContext(ctx, "presence in the database regained")
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// leave lets the lock go.
func (p *presence) leave() {
	p.stop()
	<-p.done
}

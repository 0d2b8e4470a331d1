package notices

import (
	"embed"
	"time"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the tables of notices.
var Schema = store.Dir("notices", files)

// ---- notices

const selectNotice = `SELECT id, user_id, kind, path, at, said, done_at, next_at FROM notice`

func (n *Notice) columns() []any {
	return []any{&n.ID, &n.User, &n.Kind, &n.Path, &n.At, &n.Said, &n.DoneAt, &n.next}
}

func findNotice(tx *store.Tx, id string) (Notice, error) {
	return store.One(tx, (*Notice).columns, selectNotice+` WHERE id = $1`, id)
}

func unopened(tx *store.Tx, user, kind, path string) (Notice, error) {
	return store.One(tx, (*Notice).columns, selectNotice+` WHERE user_id = $1 AND kind = $2 AND path = $3 AND done_at = ''`, user, kind, path)
}

func unopenedOf(tx *store.Tx, user string) ([]Notice, error) {
	return store.All(tx, (*Notice).columns, selectNotice+` WHERE user_id = $1 AND done_at = '' ORDER BY at DESC, id LIMIT 100`, user)
}

func insertNotice(tx *store.Tx, n Notice) error {
	_, err := tx.Exec(`INSERT INTO notice (id, user_id, kind, path, at, next_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		n.ID, n.User, n.Kind, n.Path, n.At, n.next)
	return err
}

func sayAnew(tx *store.Tx, id string, next time.Time) error {
	_, err := tx.Exec(`UPDATE notice SET at = $2, next_at = $3, said = 0 WHERE id = $1`, id, tx.Now, next)
	return err
}

func endAt(tx *store.Tx, path, kind string) error {
	_, err := tx.Exec(`UPDATE notice SET done_at = $3, next_at = '' WHERE path = $1 AND kind = $2 AND done_at = ''`, path, kind, tx.Now)
	return err
}

func endPath(tx *store.Tx, path string) error {
	_, err := tx.Exec(`UPDATE notice SET done_at = $2, next_at = '' WHERE path = $1 AND done_at = ''`, path, tx.Now)
	return err
}

func endFor(tx *store.Tx, user, path string) error {
	_, err := tx.Exec(`UPDATE notice SET done_at = $3, next_at = '' WHERE path = $2 AND user_id = $1 AND done_at = ''`, user, path, tx.Now)
	return err
}

func endOne(tx *store.Tx, id string) error {
	_, err := tx.Exec(`UPDATE notice SET done_at = $2, next_at = '' WHERE id = $1 AND done_at = ''`, id, tx.Now)
	return err
}

func endAll(tx *store.Tx, user string) error {
	_, err := tx.Exec(`UPDATE notice SET done_at = $2, next_at = '' WHERE user_id = $1 AND done_at = ''`, user, tx.Now)
	return err
}

// ripe lists who is to be told something now.
func ripe(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT DISTINCT user_id FROM notice WHERE next_at <> '' AND next_at <= $1 ORDER BY user_id`, tx.Now)
}

func unsaid(tx *store.Tx, user string) ([]Notice, error) {
	return store.All(tx, (*Notice).columns, selectNotice+` WHERE user_id = $1 AND next_at <> '' ORDER BY at, id`, user)
}

func sayNext(tx *store.Tx, id string, next time.Time) error {
	_, err := tx.Exec(`UPDATE notice SET next_at = $2 WHERE id = $1`, id, next)
	return err
}

func wasSaid(tx *store.Tx, id string, next time.Time) error {
	_, err := tx.Exec(`UPDATE notice SET next_at = $2, said = said + 1 WHERE id = $1`, id, next)
	return err
}

// forget deletes what is so old that nobody looks at it any more.
func forget(tx *store.Tx) error {
	for _, query := range []string{`DELETE FROM notice_message WHERE at < $1 AND state <> 'waiting'`, `DELETE FROM notice WHERE at < $1`} {
		if _, err := tx.Exec(query, tx.Now.Add(-kept)); err != nil {
			return err
		}
	}
	return nil
}

// ---- channels

const selectChannel = `SELECT id, user_id, way, state, created, code_until, used, why FROM notice_channel`

func (c *Channel) columns() []any {
	return []any{&c.ID, &c.User, &c.Way, &c.State, &c.Created, &c.codeUntil, &c.Used, &c.Why}
}

func findChannel(tx *store.Tx, id string) (Channel, error) {
	return store.One(tx, (*Channel).columns, selectChannel+` WHERE id = $1`, id)
}

func channelsOf(tx *store.Tx, user string) ([]Channel, error) {
	return store.All(tx, (*Channel).columns, selectChannel+` WHERE user_id = $1 ORDER BY way, id`, user)
}

func insertChannel(tx *store.Tx, c Channel) error {
	_, err := tx.Exec(`INSERT INTO notice_channel (id, user_id, way, state, created, code_until) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.ID, c.User, c.Way, c.State, c.Created, c.codeUntil)
	return err
}

func setChannel(tx *store.Tx, id, state, why string) error {
	_, err := tx.Exec(`UPDATE notice_channel SET state = $2, why = $3, code_until = '' WHERE id = $1`, id, state, why)
	return err
}

func usedChannel(tx *store.Tx, id string) error {
	_, err := tx.Exec(`UPDATE notice_channel SET used = $2 WHERE id = $1`, id, tx.Now)
	return err
}

func deleteChannel(tx *store.Tx, id string) error {
	if _, err := tx.Exec(`UPDATE notice_message SET state = 'dropped', why = 'removed', done_at = $2 WHERE channel = $1 AND state = 'waiting'`, id, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM notice_channel WHERE id = $1`, id)
	return err
}

// ---- quiet hours

type hours struct{ begins, ends string }

func quietOf(tx *store.Tx, user string) (h hours, err error) {
	all, err := store.All(tx, func(h *hours) []any { return []any{&h.begins, &h.ends} }, `SELECT begins, ends FROM notice_quiet WHERE user_id = $1`, user)
	for _, one := range all {
		h = one
	}
	return h, err
}

func setQuiet(tx *store.Tx, user string, h hours) error {
	if h == (hours{}) {
		_, err := tx.Exec(`DELETE FROM notice_quiet WHERE user_id = $1`, user)
		return err
	}
	_, err := tx.Exec(`INSERT INTO notice_quiet (user_id, begins, ends) VALUES ($1, $2, $3)
		ON CONFLICT (user_id) DO UPDATE SET begins = excluded.begins, ends = excluded.ends`, user, h.begins, h.ends)
	return err
}

// ---- messages

const selectMessage = `SELECT id, user_id, channel, way, what, urgent, at, due, tries, state, why, done_at FROM notice_message`

func (m *Message) columns() []any {
	return []any{&m.ID, &m.User, &m.Channel, &m.Way, &m.What, &m.Urgent, &m.At, &m.Due, &m.Tries, &m.State, &m.Why, &m.DoneAt}
}

func insertMessage(tx *store.Tx, m Message) error {
	_, err := tx.Exec(`INSERT INTO notice_message (id, user_id, channel, way, what, urgent, at, due) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		m.ID, m.User, m.Channel, m.Way, m.What, m.Urgent, m.At)
	return err
}

func says(tx *store.Tx, message, notice string) error {
	_, err := tx.Exec(`INSERT INTO notice_said (message, notice) VALUES ($1, $2)`, message, notice)
	return err
}

// waitingFor are the messages with notices that a channel has not taken yet.
const waitingFor = `SELECT id FROM notice_message WHERE channel = $1 AND what = 'notices' AND state = 'waiting'`

// unsent are the notices that they say and that still wait to be opened.
func unsent(tx *store.Tx, channel string) ([]Notice, error) {
	return store.All(tx, (*Notice).columns, selectNotice+` WHERE done_at = '' AND id IN (SELECT notice FROM notice_said WHERE message IN (`+waitingFor+`)) ORDER BY at, id`, channel)
}

// takeOver ends them, as a later one says the same.
func takeOver(tx *store.Tx, channel string) error {
	_, err := tx.Exec(`UPDATE notice_message SET state = 'dropped', why = 'later', done_at = $2 WHERE id IN (`+waitingFor+`)`, channel, tx.Now)
	return err
}

// outgoing lists what is to be tried now, the urgent first.
func outgoing(tx *store.Tx, way string) ([]Message, error) {
	return store.All(tx, (*Message).columns, selectMessage+` WHERE way = $1 AND state = 'waiting' AND due <= $2 ORDER BY urgent DESC, due, id LIMIT $3`, way, tx.Now, batch)
}

// anything reports whether there is something to gather or to send by a way.
func anything(tx *store.Tx, way string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT (SELECT COUNT(*) FROM notice WHERE next_at <> '' AND next_at <= $1)
		+ (SELECT COUNT(*) FROM notice_message WHERE way = $2 AND state = 'waiting' AND due <= $1)`, tx.Now, way)
	return n > 0, err
}

// saidBy lists the notices of a message that still wait to be opened, or all.
func saidBy(tx *store.Tx, message string, opened bool) ([]Notice, error) {
	return store.All(tx, (*Notice).columns, selectNotice+` WHERE (done_at = '' OR $2) AND id IN (SELECT notice FROM notice_said WHERE message = $1) ORDER BY at, id`, message, opened)
}

func lease(tx *store.Tx, id string, until time.Time) error {
	_, err := tx.Exec(`UPDATE notice_message SET due = $2, tries = tries + 1 WHERE id = $1`, id, until)
	return err
}

func tryAt(tx *store.Tx, id, why string, due time.Time) error {
	_, err := tx.Exec(`UPDATE notice_message SET due = $2, why = $3 WHERE id = $1 AND state = 'waiting'`, id, due, why)
	return err
}

// settle ends a message; one that has ended stays as it is.
func settle(tx *store.Tx, id, state, why string) (bool, error) {
	n, err := tx.Exec(`UPDATE notice_message SET state = $2, why = $3, done_at = $4 WHERE id = $1 AND state = 'waiting'`, id, state, why, tx.Now)
	return n > 0, err
}

// lastOrdinary is when the last message went to somebody that was not urgent.
func lastOrdinary(tx *store.Tx, user string) (time.Time, error) {
	return store.One(tx, store.Value[time.Time], `SELECT COALESCE(MAX(at), '') FROM notice_message WHERE user_id = $1 AND what = 'notices' AND NOT urgent`, user)
}

func countSince(tx *store.Tx, user, what string, since time.Time) (int64, error) {
	return store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM notice_message WHERE user_id = $1 AND what = $2 AND at > $3`, user, what, since)
}

func shownTo(tx *store.Tx, user string) ([]Message, error) {
	return store.All(tx, (*Message).columns, selectMessage+` WHERE user_id = $1 AND state = 'shown' ORDER BY at DESC, id DESC LIMIT 20`, user)
}

func givenUp(tx *store.Tx) ([]Message, error) {
	return store.All(tx, (*Message).columns, selectMessage+` WHERE state = 'given-up' ORDER BY done_at DESC, id LIMIT 50`)
}

// passage counts what waits and what went by a way.
func passage(tx *store.Tx, way string) (Passage, error) {
	p := Passage{Way: way}
	err := tx.Get([]any{&p.Waiting, &p.Failing, &p.Oldest, &p.Why, &p.Last, &p.Refused}, `SELECT
		(SELECT COUNT(*) FROM notice_message WHERE way = $1 AND state = 'waiting'),
		(SELECT COUNT(*) FROM notice_message WHERE way = $1 AND state = 'waiting' AND why <> ''),
		COALESCE((SELECT MIN(n.at) FROM notice_message m JOIN notice_said s ON s.message = m.id JOIN notice n ON n.id = s.notice WHERE m.way = $1 AND m.state = 'waiting'),
			(SELECT MIN(at) FROM notice_message WHERE way = $1 AND state = 'waiting'), ''),
		COALESCE((SELECT why FROM notice_message WHERE way = $1 AND state = 'waiting' AND why <> '' ORDER BY at, id LIMIT 1), ''),
		COALESCE((SELECT MAX(done_at) FROM notice_message WHERE way = $1 AND state = 'sent'), ''),
		(SELECT COUNT(*) FROM notice_channel WHERE way = $1 AND state = 'refused')`, way)
	return p, err
}

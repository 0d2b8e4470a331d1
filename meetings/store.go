package meetings

import (
	"embed"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds meetings.
var Schema = store.Dir("meetings", files)

const selectMeeting = `SELECT m.id, m.agreement, a.home, a.parties, m.version, m.kind, m.title_es, m.title_en, m.purpose_es, m.purpose_en, m.place, m.country, m.zone,
	m.starts, m.ends, m.whole, m.hosts, m.topics, m.follows, m.next_by, m.frames, m.source, m.participants, m.recorded, m.minutes_es, m.minutes_en,
	m.reason, m.from_node, m.from_agency, m.was, m.state
	FROM meeting m JOIN agreement a ON a.id = m.agreement`

func (m *Meeting) columns() []any {
	return []any{&m.ID, &m.Agreement, &m.Home, &m.Parties, &m.Version, &m.Kind, &m.TitleES, &m.TitleEN, &m.PurposeES, &m.PurposeEN, &m.Place, &m.Country, &m.Zone,
		&m.Starts, &m.Ends, &m.Whole, &m.Hosts, &m.Topics, &m.Follows, &m.NextBy, &m.Frames, &m.Source, &m.Participants, &m.Recorded, &m.MinutesES, &m.MinutesEN,
		&m.Reason, &m.From, &m.Agency, &m.was, &m.State}
}

// find loads a meeting, whole.
func find(tx *store.Tx, id string) (m Meeting, err error) {
	if m, err = store.One(tx, (*Meeting).columns, selectMeeting+` WHERE m.id = $1`, id); err != nil {
		return m, err
	}
	if m.Agenda, err = store.All(tx, (*Item).columns, `SELECT id, at, title_es, title_en, leads, leads_named, from_node FROM meeting_item WHERE meeting = $1 ORDER BY n`, id); err != nil {
		return m, err
	}
	if m.Delegations, err = store.All(tx, (*Delegation).columns, `SELECT id, node, agency, name_es, name_en, role, post, expected, came, attended, from_node FROM meeting_delegation WHERE meeting = $1 ORDER BY n`, id); err != nil {
		return m, err
	}
	if m.Materials, err = store.All(tx, (*Material).columns, `SELECT id, title_es, title_en, kind, kept, from_node FROM meeting_material WHERE meeting = $1 ORDER BY n`, id); err != nil {
		return m, err
	}
	if m.Decisions, err = store.All(tx, (*Decision).columns, `SELECT id, text_es, text_en, line, owners, due, commitment, from_node, from_agency FROM meeting_decision WHERE meeting = $1 ORDER BY n`, id); err != nil {
		return m, err
	}
	m.Approvals, err = store.All(tx, (*Approval).columns, `SELECT node, agency, hash, at, note FROM meeting_approval WHERE meeting = $1 ORDER BY at, node`, id)
	return m, err
}

func (i *Item) columns() []any {
	return []any{&i.ID, &i.At, &i.TitleES, &i.TitleEN, &i.Leads, &i.LeadsNamed, &i.From}
}

func (d *Delegation) columns() []any {
	return []any{&d.ID, &d.Node, &d.Agency, &d.NameES, &d.NameEN, &d.Role, &d.Post, &d.Expected, &d.Came, &d.Attended, &d.From}
}

func (x *Material) columns() []any {
	return []any{&x.ID, &x.TitleES, &x.TitleEN, &x.Kind, &x.Kept, &x.From}
}

func (d *Decision) columns() []any {
	return []any{&d.ID, &d.TextES, &d.TextEN, &d.Line, &d.Owners, &d.Due, &d.Commitment, &d.From, &d.Agency}
}

func (a *Approval) columns() []any { return []any{&a.Node, &a.Agency, &a.Hash, &a.At, &a.Note} }

// keep writes a meeting with all that belongs to it, in the place of what was.
func (m Meeting) keep(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO meeting (id, agreement, version, kind, title_es, title_en, purpose_es, purpose_en, place, country, zone, starts, ends, whole, hosts,
		topics, follows, next_by, frames, source, participants, recorded, minutes_es, minutes_en, reason, from_node, from_agency, was, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
		ON CONFLICT (id) DO UPDATE SET agreement = EXCLUDED.agreement, version = EXCLUDED.version, kind = EXCLUDED.kind, title_es = EXCLUDED.title_es, title_en = EXCLUDED.title_en,
			purpose_es = EXCLUDED.purpose_es, purpose_en = EXCLUDED.purpose_en, place = EXCLUDED.place, country = EXCLUDED.country, zone = EXCLUDED.zone,
			starts = EXCLUDED.starts, ends = EXCLUDED.ends, whole = EXCLUDED.whole, hosts = EXCLUDED.hosts, topics = EXCLUDED.topics, follows = EXCLUDED.follows,
			next_by = EXCLUDED.next_by, frames = EXCLUDED.frames, source = EXCLUDED.source, participants = EXCLUDED.participants, recorded = EXCLUDED.recorded,
			minutes_es = EXCLUDED.minutes_es, minutes_en = EXCLUDED.minutes_en, reason = EXCLUDED.reason, from_node = EXCLUDED.from_node,
			from_agency = EXCLUDED.from_agency, was = EXCLUDED.was, state = EXCLUDED.state`,
		m.ID, m.Agreement, m.Version, m.Kind, m.TitleES, m.TitleEN, m.PurposeES, m.PurposeEN, m.Place, m.Country, m.Zone, m.Starts, m.Ends, m.Whole, m.Hosts,
		m.Topics, m.Follows, m.NextBy, m.Frames, m.Source, m.Participants, m.Recorded, m.MinutesES, m.MinutesEN, m.Reason, m.From, m.Agency, string(m.was), string(m.State))
	if err != nil {
		return err
	}
	for _, table := range []string{"meeting_item", "meeting_delegation", "meeting_material", "meeting_decision", "meeting_approval"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE meeting = $1`, m.ID); err != nil {
			return err
		}
	}
	return m.keepParts(tx)
}

func (m Meeting) keepParts(tx *store.Tx) error {
	for n, i := range m.Agenda {
		if _, err := tx.Exec(`INSERT INTO meeting_item (meeting, n, id, at, title_es, title_en, leads, leads_named, from_node) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			m.ID, n, i.ID, i.At, i.TitleES, i.TitleEN, i.Leads, i.LeadsNamed, i.From); err != nil {
			return err
		}
	}
	for n, d := range m.Delegations {
		if _, err := tx.Exec(`INSERT INTO meeting_delegation (meeting, n, id, node, agency, name_es, name_en, role, post, expected, came, attended, from_node) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			m.ID, n, d.ID, d.Node, d.Agency, d.NameES, d.NameEN, d.Role, d.Post, d.Expected, d.Came, d.Attended, d.From); err != nil {
			return err
		}
	}
	for n, x := range m.Materials {
		if _, err := tx.Exec(`INSERT INTO meeting_material (meeting, n, id, title_es, title_en, kind, kept, from_node) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			m.ID, n, x.ID, x.TitleES, x.TitleEN, x.Kind, x.Kept, x.From); err != nil {
			return err
		}
	}
	for n, d := range m.Decisions {
		if _, err := tx.Exec(`INSERT INTO meeting_decision (meeting, n, id, text_es, text_en, line, owners, due, commitment, from_node, from_agency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			m.ID, n, d.ID, d.TextES, d.TextEN, d.Line, d.Owners, d.Due, d.Commitment, d.From, d.Agency); err != nil {
			return err
		}
	}
	for _, a := range m.Approvals {
		if _, err := tx.Exec(`INSERT INTO meeting_approval (meeting, node, agency, hash, at, note) VALUES ($1, $2, $3, $4, $5, $6)`,
			m.ID, a.Node, a.Agency, a.Hash, a.At, a.Note); err != nil {
			return err
		}
	}
	return nil
}

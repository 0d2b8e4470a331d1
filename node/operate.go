package node

import (
	"context"
	"log/slog"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/backup"
	"istmo/store"
	"istmo/vault"
)

// ForBackup is the node as a backup sees it.
func (n *Node) ForBackup() backup.Node {
	return backup.Node{Name: n.Config.Node, Master: n.master, DB: n.DB}
}

// Restore puts a backup into the database of a configured node that has none.
// Its node.key, and what unlocks it, are the ones that the backup was made with.
func Restore(ctx context.Context, c Config, from string, tell func(backup.Progress)) (backup.Report, error) {
	master, err := vault.OpenMaster(c.path("node.key"), c.unlock())
	if err != nil {
		return backup.Report{}, err
	}
	db, err := openStore(ctx, c, master, nil)
	if err != nil {
		return backup.Report{}, err
	}
	defer db.Close()
	report, err := backup.Restore(ctx, backup.Node{Name: c.Node, Master: master, DB: db}, from, Schemas(), tell)
	if err == nil {
		slog.Warn("partners may know of letters sent after this backup; they will say so at the next contact", "at", report.At)
	}
	return report, err
}

// AgencyID finds an agency of this node by its code.
func (n *Node) AgencyID(ctx context.Context, code string) (id string, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		a, err := people.AgencyByCode(tx, code)
		id = a.ID
		return err
	})
	return id, err
}

// Invite shows the code with which a new account's owner sets it up, once.
func (n *Node) Invite(ctx context.Context, who access.Who, user string) (string, error) {
	return act.Look(ctx, n.Engine, who, people.ShowInvite{User: user})
}

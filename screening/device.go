package screening

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/fault"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/vault"
)

// Device is a phone or tablet of a unit.
type Device struct {
	ID         string    `json:"id"` // dev_…
	Agency     string    `json:"agency"`
	Name       string    `json:"name"` // such as "Teléfono 2"
	Post       string    `json:"post"`
	EnrolledAt time.Time `json:"enrolled_at"`
	EnrolledBy string    `json:"enrolled_by"`
	RevokedAt  time.Time `json:"revoked_at"`
	RevokedBy  string    `json:"revoked_by"`
	Reason     string    `json:"reason"`
	Seen       time.Time `json:"seen"`     // when it last spoke with the node
	Officers   []string  `json:"officers"` // who has a PIN on it
}

// ObjectID is the device's id.
func (d Device) ObjectID() string { return d.ID }

// Facts are what a policy may look at.
func (d Device) Facts() access.Facts {
	return access.Facts{"agency": d.Agency, "revoked": !d.RevokedAt.IsZero()}
}

type keysKey struct{}

// keys makes the units' keys from the node's secret, and remembers them.
type keys struct {
	derive func(label string, n int) []byte
	units  sync.Map // agency → sealed.Unit
}

// Use lets every transaction of db make the units' keys.
func Use(db *store.DB, derive func(label string, n int) []byte) {
	db.Bind(keysKey{}, &keys{derive: derive})
}

// unitOf is the key pair of an agency.
func unitOf(tx *store.Tx, agency string) (sealed.Unit, error) {
	k := tx.Bound(keysKey{}).(*keys)
	if u, ok := k.units.Load(agency); ok {
		return u.(sealed.Unit), nil
	}
	u, err := sealed.UnitFrom(k.derive("istmo/screening/"+agency, 32))
	if err == nil {
		k.units.Store(agency, u)
	}
	return u, err
}

// EnrolDevice prepares a phone. It has made its token itself, and shows the node
// only what the token hashes to.
type EnrolDevice struct {
	Name  string `json:"name"`
	Post  string `json:"post"`
	Token string `json:"token_sha256"` // hexadecimal
}

// Verb names it.
func (EnrolDevice) Verb() access.Verb { return "screening.enrol-device" }

// Find makes it.
func (c EnrolDevice) Find(tx *store.Tx, who access.Who) (Device, error) {
	return Device{ID: tx.NewID("dev"), Agency: who.Agency, Name: c.Name, Post: c.Post, EnrolledAt: tx.Now, EnrolledBy: who.ID}, nil
}

// Do stores it, and the unit at its first device.
func (c EnrolDevice) Do(tx *store.Tx, who access.Who, d Device) error {
	post, err := store.One(tx, (*Post).columns, selectPost+` WHERE id = $1`, c.Post)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	sum, bad := hex.DecodeString(c.Token)
	var check fault.Check
	check.That(c.Name != "", "name", "fault.required")
	check.That(len(c.Name) <= 60, "name", "fault.too-long")
	check.That(err == nil && post.Active, "post", "screening.choose-post")
	check.That(bad == nil && len(sum) == sha256.Size, "token_sha256", "fault.wrong-type")
	if err := check.Err(); err != nil {
		return err
	}
	u, err := unitOf(tx, d.Agency)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO screening_unit (id, agency, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, u.ID.String(), d.Agency, tx.Now); err != nil {
		return err
	}
	err = d.insert(tx, hex.EncodeToString(sum))
	if store.Unique(err) {
		return fault.Conflict("screening.enrolled-already")
	}
	return err
}

// OnDevice says which device a verb is about.
type OnDevice struct {
	Device string `json:"device"`
}

// Find loads it.
func (c OnDevice) Find(tx *store.Tx, who access.Who) (Device, error) { return findDevice(tx, c.Device) }

func findDevice(tx *store.Tx, id string) (Device, error) {
	return store.One(tx, (*Device).columns, selectDevice+` WHERE d.id = $1`, id)
}

// AddOfficer gives the asker a credential on a device: the secret was made there.
type AddOfficer struct {
	OnDevice
	Secret string `json:"secret"` // 32 bytes, base64url
}

// Verb names it.
func (AddOfficer) Verb() access.Verb { return "screening.add-officer" }

// MarshalJSON keeps the secret out of the ledger.
func (c AddOfficer) MarshalJSON() ([]byte, error) { return json.Marshal(c.OnDevice) }

// Do keeps the secret, sealed.
func (c AddOfficer) Do(tx *store.Tx, who access.Who, d Device) error {
	secret, err := base64.RawURLEncoding.DecodeString(c.Secret)
	if err != nil || len(secret) != 32 {
		return fault.Invalid("secret", "fault.wrong-type")
	}
	if !d.RevokedAt.IsZero() {
		return fault.Conflict("screening.device-revoked")
	}
	id := tx.NewID("crd")
	kept, err := vault.Seal(tx, vault.Node, id, secret)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO screening_credential (id, device, user_id, secret, at) VALUES ($1, $2, $3, $4, $5)`, id, d.ID, who.ID, kept, tx.Now)
	return err
}

// CredentialOf is the last credential of an officer on a device.
func CredentialOf(ctx context.Context, db *store.DB, device, user string) (id string, err error) {
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		id, err = store.One(tx, store.Value[string], `SELECT id FROM screening_credential WHERE device = $1 AND user_id = $2 ORDER BY id DESC LIMIT 1`, device, user)
		return err
	})
	return id, err
}

// RevokeDevice ends a device that was lost. It still delivers: what it brings is
// held until a person has looked at it.
type RevokeDevice struct {
	OnDevice
	Reason string `json:"reason"`
}

// Verb names it.
func (RevokeDevice) Verb() access.Verb { return "screening.revoke-device" }

// Do ends it.
func (c RevokeDevice) Do(tx *store.Tx, who access.Who, d Device) error {
	if len(c.Reason) < 5 {
		return fault.Invalid("reason", "screening.reason-needed")
	}
	if !d.RevokedAt.IsZero() {
		return fault.Conflict("screening.device-revoked")
	}
	_, err := tx.Exec(`UPDATE screening_device SET revoked_at = $2, revoked_by = $3, reason = $4 WHERE id = $1`, d.ID, tx.Now, who.ID, c.Reason)
	return err
}

// Devices lists the unit's devices.
type Devices struct{}

// Verb names it.
func (Devices) Verb() access.Verb { return "screening.devices" }

// Ask lists them, those in use first, with who has a PIN on each.
func (Devices) Ask(tx *store.Tx, who access.Who) ([]Device, error) {
	all, err := store.All(tx, (*Device).columns, selectDevice+` WHERE d.agency = $1 ORDER BY d.revoked_at = '' DESC, d.name, d.id`, who.Agency)
	if err != nil {
		return nil, err
	}
	var device, user string
	err = tx.Each([]any{&device, &user}, func() error {
		i := slices.IndexFunc(all, func(d Device) bool { return d.ID == device })
		if i >= 0 {
			all[i].Officers = append(all[i].Officers, user)
		}
		return nil
	}, `SELECT DISTINCT c.device, c.user_id FROM screening_credential c JOIN screening_device d ON d.id = c.device WHERE d.agency = $1 ORDER BY c.device, c.user_id`, who.Agency)
	return all, err
}

// DeviceOf is the device that a token belongs to, revoked or not; NotFound if none.
func DeviceOf(ctx context.Context, db *store.DB, token []byte) (d Device, err error) {
	sum := sha256.Sum256(token)
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		d, err = store.One(tx, (*Device).columns, selectDevice+` WHERE d.token = $1`, hex.EncodeToString(sum[:]))
		return err
	})
	return d, err
}

// Speaks notes that a device is there. It is no deed: who carries a sealed record
// does nothing with it.
func (d Device) Speaks(ctx context.Context, db *store.DB) error {
	if db.Now().Sub(d.Seen) < time.Minute {
		return nil
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO screening_seen (device, at) VALUES ($1, $2) ON CONFLICT (device) DO UPDATE SET at = $2`, d.ID, tx.Now)
		return err
	})
}

// officer is who a credential stands for, what they seal with, and whether both
// they and their device still may.
func officer(tx *store.Tx, credential string) (who access.Who, device Device, secret []byte, why string, err error) {
	var id, user string
	var kept []byte
	if err = tx.Get([]any{&id, &user, &kept}, `SELECT device, user_id, secret FROM screening_credential WHERE id = $1`, credential); err != nil {
		return who, device, nil, "", err
	}
	if device, err = findDevice(tx, id); err != nil {
		return who, device, nil, "", err
	}
	if secret, err = vault.Open(tx, vault.Node, credential, kept); err != nil {
		return who, device, nil, "", err
	}
	who, err = people.UserWho(tx, user)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return access.Who{ID: user, Agency: device.Agency}, device, secret, "screening.held.officer", nil
	case err == nil && !device.RevokedAt.IsZero():
		why = "screening.held.device"
	case err == nil && who.Agency != device.Agency:
		why = "screening.held.officer"
	}
	return who, device, secret, why, err
}

package pages

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"istmo/act"
	"istmo/fault"
	"istmo/screening"
	"istmo/web"
)

// enrolled is what a phone hears that was prepared.
type enrolled struct {
	Device   string             `json:"device"`
	Node     string             `json:"node"`
	Settings screening.Settings `json:"settings"`
}

// enrol prepares the phone that asks, for its unit.
func (o *room) enrol(w http.ResponseWriter, r *web.Request) error {
	var cmd screening.EnrolDevice
	if err := read(r, &cmd); err != nil {
		return say(w, r, nil, err)
	}
	deed, err := act.Do(r.Context(), o.engine, r.Who, cmd)
	if err != nil {
		return say(w, r, nil, err)
	}
	d, err := o.device(r, deed.Object)
	if err != nil {
		return err
	}
	settings, err := screening.SettingsOf(r.Context(), o.engine.DB, d)
	return say(w, r, enrolled{Device: d.ID, Node: r.Who.Node, Settings: settings}, err)
}

func (o *room) device(r *web.Request, id string) (d screening.Device, err error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, screening.Devices{})
	for _, one := range all {
		if one.ID == id {
			return one, err
		}
	}
	return d, errors.Join(err, fault.NotFound())
}

// added is what a phone hears that somebody has a PIN on.
type added struct {
	Credential string          `json:"credential"`
	Officer    screening.Named `json:"officer"`
}

// officer gives who asks a credential on the phone.
func (o *room) officer(w http.ResponseWriter, r *web.Request) error {
	var cmd screening.AddOfficer
	if err := read(r, &cmd); err != nil {
		return say(w, r, nil, err)
	}
	if _, err := act.Do(r.Context(), o.engine, r.Who, cmd); err != nil {
		return say(w, r, nil, err)
	}
	id, err := screening.CredentialOf(r.Context(), o.engine.DB, cmd.Device, r.Who.ID)
	return say(w, r, added{id, screening.Named{ID: r.Who.ID, Name: r.Name}}, err)
}

// read reads what the app posts: little, and nothing but what is asked.
func read(r *web.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, 16<<10))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fault.Invalid("", "fault.wrong-type")
	}
	return nil
}

// say answers the app in JSON. A fault is said in the reader's language.
func say(w http.ResponseWriter, r *web.Request, what any, err error) error {
	faults := fault.All(err)
	if err != nil && len(faults) == 0 {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if len(faults) > 0 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		what = map[string]string{"field": faults[0].Field, "why": r.Say(faults[0].Key, "Label", faults[0].Field)}
	}
	return json.NewEncoder(w).Encode(what)
}

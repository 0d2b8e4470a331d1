package pages

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/screening"
	"istmo/screening/sealed"
)

// SyncPath and SettingsPath are where devices hand over and ask what they need.
const (
	SyncPath     = "/screening/sync"
	SettingsPath = "/screening/settings"
)

// answer is what a device hears.
type answer struct {
	Now        time.Time         `json:"now"`
	Settings   string            `json:"settings"` // the tag of the settings in force
	Revoked    bool              `json:"revoked"`
	Entries    []screening.Entry `json:"entries"`
	Sessions   []string          `json:"sessions"` // that need not be sent again
	Screenings []screening.State `json:"screenings"`
}

// Devices is the door of the phones: a token of their own, sealed records in,
// states out. It opens nothing and shows nobody.
func Devices(e *act.Engine, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	d := door{e, log}
	mux.HandleFunc("POST "+SyncPath, d.answer(d.sync))
	mux.HandleFunc("GET "+SettingsPath, d.answer(d.settings))
	return mux
}

type door struct {
	engine *act.Engine
	log    *slog.Logger
}

// answer finds the device, runs one way of speaking with it, and writes what it
// says, or what went wrong.
func (d door) answer(speak func(http.ResponseWriter, *http.Request, screening.Device) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		device, err := d.device(r)
		var said any
		if err == nil {
			said, err = speak(w, r, device)
		}
		status := http.StatusOK
		switch kind := fault.KindOf(err); {
		case err == nil:
		case kind == fault.KindNotFound:
			status = http.StatusUnauthorized
		case kind == fault.KindInvalid:
			status = http.StatusBadRequest
		default:
			status = http.StatusServiceUnavailable
			d.log.Error("screening: a device", "err", err)
		}
		if said == nil || status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		if said == unchanged {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(said)
	}
}

// unchanged says that a device has these settings already.
const unchanged = "unchanged"

func (d door) device(r *http.Request) (screening.Device, error) {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	token, err := base64.RawURLEncoding.DecodeString(bearer)
	if err != nil || len(token) != 32 {
		return screening.Device{}, fault.NotFound()
	}
	device, err := screening.DeviceOf(r.Context(), d.engine.DB, token)
	if err != nil {
		return device, err
	}
	return device, device.Speaks(r.Context(), d.engine.DB)
}

// sync takes a bundle in, and says where everything stands.
func (d door) sync(w http.ResponseWriter, r *http.Request, device screening.Device) (any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, sealed.MaxBundle))
	if big := new(http.MaxBytesError); errors.As(err, &big) {
		return nil, fault.Invalid("", "screening.bad-bundle")
	} else if err != nil {
		return nil, fault.Invalid("", "screening.bad-bundle") // cut short on its way
	}
	var b sealed.Bundle
	if len(text) > 0 {
		if b, err = sealed.Parse(text); err != nil {
			return nil, err
		}
	}
	a := answer{Now: d.engine.DB.Now(), Revoked: !device.RevokedAt.IsZero(), Screenings: []screening.State{}}
	if a.Entries, err = screening.Deliver(r.Context(), d.engine, device, b); err != nil {
		return nil, err
	}
	if a.Sessions, err = screening.Met(r.Context(), d.engine.DB, b); err != nil {
		return nil, err
	}
	if a.Revoked {
		return a, nil
	}
	settings, err := d.current(r, device)
	if err != nil {
		return nil, err
	}
	a.Settings = settings.Tag
	since, _ := time.Parse(time.RFC3339, r.URL.Query().Get("since")) // all of them, if it is no time
	states, err := screening.StatesOf(r.Context(), d.engine.DB, device, since)
	a.Screenings = append(a.Screenings, states...)
	return a, err
}

func (d door) settings(w http.ResponseWriter, r *http.Request, device screening.Device) (any, error) {
	if !device.RevokedAt.IsZero() {
		return map[string]bool{"revoked": true}, nil
	}
	s, err := d.current(r, device)
	if err != nil {
		return nil, err
	}
	w.Header().Set("ETag", `"`+s.Tag+`"`)
	if r.Header.Get("If-None-Match") == `"`+s.Tag+`"` {
		return unchanged, nil
	}
	return s, nil
}

func (d door) current(r *http.Request, device screening.Device) (screening.Settings, error) {
	return screening.SettingsOf(r.Context(), d.engine.DB, device)
}

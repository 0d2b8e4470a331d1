package demo

import (
	"istmo/cases"
	"istmo/cooperation"
	"istmo/referrals"
)

// agree has an instrument written and proposed on one side and signed on the
// other, and gives its id.
func (w *world) agree(a, b, proposer, signer string, i instrument) (string, error) {
	i.Parties = []string{a, b}
	id, err := do(w, a, proposer, i.ProposeAgreement)
	if err != nil {
		return "", err
	}
	on := cooperation.On{ID: id}
	for _, c := range i.articles {
		c.On = on
		if _, err := do(w, a, proposer, c); err != nil {
			return "", err
		}
	}
	for _, c := range i.duties {
		c.On = on
		if _, err := do(w, a, proposer, c); err != nil {
			return "", err
		}
	}
	for _, c := range i.bodies {
		c.On = on
		if _, err := do(w, a, proposer, c); err != nil {
			return "", err
		}
	}
	if err := w.deliver(); err != nil {
		return "", err
	}
	if _, err := do(w, b, signer, cooperation.SignAgreement{On: on}); err != nil {
		return "", err
	}
	return id, w.deliver()
}

// told is everything of a person that a story needs.
type told struct {
	register cases.Register
	risk     string
	factors  []string
	child    bool
}

var (
	marta = told{cases.Register{
		Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Citizenships: []string{"CO"}, Languages: []string{"es"},
			Forms: []string{"labour"}, Needs: []string{"lodging", "health", "legal"}},
		Identity: cases.Identity{GivenNames: "Marta (persona ficticia)", FamilyNames: "Prueba Demostración", BirthDate: "1999-04-02",
			Document: "CC 0000000001", Phone: "+573000000001", SafeContact: "Solo por mensaje, después de las 18:00",
			Account: "Relato inventado para la demostración: le retuvieron el documento y le cobraban el viaje con trabajo."},
		Place: "Lajas Blancas"}, "medium", []string{"debt", "threats"}, false}
	yuli = told{cases.Register{
		Attributes: cases.Attributes{Sex: "female", AgeBand: "30-38", Citizenships: []string{"VE"}, Languages: []string{"es"},
			Needs: []string{"lodging", "psychological"}},
		Identity: cases.Identity{GivenNames: "Yuli (persona ficticia)", FamilyNames: "Ejemplo", Phone: "+584000000002"},
		Place:    "Bajo Chiquito"}, "high", []string{"threats"}, false}
	joven = told{cases.Register{
		Attributes: cases.Attributes{Sex: "male", AgeBand: "9-17", AgeInDoubt: true, Citizenships: []string{"HT"}, Languages: []string{"ht", "fr"},
			Interpreter: true, Needs: []string{"lodging", "interpreter", "family-contact"}},
		Identity: cases.Identity{GivenNames: "Joven (persona ficticia)", FamilyNames: "Inventado"},
		Place:    "Lajas Blancas"}, "high", []string{"unaccompanied"}, true}
	rosa = told{cases.Register{
		Attributes: cases.Attributes{Sex: "female", AgeBand: "18-20", Citizenships: []string{"NI"}, Languages: []string{"es"},
			Needs: []string{"documents", "legal"}},
		Identity: cases.Identity{GivenNames: "Rosa (persona ficticia)", FamilyNames: "Muestra"},
		Place:    "Paso Canoas"}, "low", nil, false}
)

// stories puts people into the middle of their way: one ready to be sent, one
// waiting for an answer, one whose reception is prepared, one child, one from
// Costa Rica.
func (w *world) stories() error {
	for _, s := range []struct {
		from, by, to, agency string
		who                  told
		until                string
	}{
		{"PA", "ana", "CO", "CASA", marta, "draft"},
		{"PA", "ana", "CO", "CASA", yuli, "sent"},
		{"PA", "nadia", "CO", "ICBF", joven, "confirmed"},
		{"CR", "sol", "PA", "UIA", rosa, "prepared"},
	} {
		id, err := w.refer(s.from, s.by, s.to, s.agency, s.who)
		if err != nil {
			return err
		}
		if err := w.carry(id, s.from, s.by, s.to, s.until); err != nil {
			return err
		}
	}
	return w.deliver()
}

// refer registers somebody, records what the law asks for, and drafts.
func (w *world) refer(from, by, to, agency string, p told) (string, error) {
	receiver, err := w.nodes[to].AgencyID(w.ctx, agency)
	if err != nil {
		return "", err
	}
	person, err := do(w, from, by, p.register)
	if err != nil {
		return "", err
	}
	on := cases.On{Person: person}
	if _, err := do(w, from, by, cases.AssessRisk{On: on, Level: p.risk, Factors: p.factors}); err != nil {
		return "", err
	}
	consent := cases.RecordConsent{On: on, Purpose: "assistance", ToNode: to, ToAgency: receiver,
		Groups: []string{"profile", "needs", "identity", "contact"}, Language: "es", Way: "written"}
	if p.child {
		consent.Guardian, consent.Assent, consent.Language, consent.Way = "child-authority", true, "ht", "spoken-witnessed"
		if _, err := do(w, from, by, cases.RecordBestInterests{On: on, Authority: "Autoridad de niñez de Panamá (demo)",
			Guardian: "child-authority", Outcome: "in-best-interests"}); err != nil {
			return "", err
		}
	}
	if _, err := do(w, from, by, consent); err != nil {
		return "", err
	}
	return do(w, from, by, referrals.Start{Person: person, ToNode: to, ToAgency: receiver, Purpose: "assistance", Urgent: p.risk == "high",
		Fields: []string{"sex", "age_band", "age_in_doubt", "citizenships", "languages", "interpreter", "needs", "given_names", "family_names", "phone", "safe_contact"},
		Note:   "Nota inventada: prefiere hablar con una mujer."})
}

// carry takes a referral as far as its story goes.
func (w *world) carry(id, from, by, to, until string) error {
	on := referrals.On{ID: id}
	if until == "draft" {
		return nil
	}
	if _, err := do(w, from, by, referrals.ConfirmConsent{On: on}); err != nil || until == "confirmed" {
		return err
	}
	if _, err := do(w, from, by, referrals.Send{On: on}); err != nil {
		return err
	}
	if err := w.deliver(); err != nil || until == "sent" {
		return err
	}
	for _, step := range []func() error{
		func() error { _, err := do(w, to, "ana", referrals.Acknowledge{On: on}); return err },
		func() error { _, err := do(w, to, "ana", referrals.Accept{On: on}); return err },
		func() error {
			_, err := do(w, to, "ana", referrals.PrepareReception{On: on, Meeter: "Ana Ficticia, chaleco verde", Phone: "+50760000009", Where: "Puesto de Paso Canoas"})
			return err
		},
	} {
		if err := step(); err != nil {
			return err
		}
		if err := w.deliver(); err != nil {
			return err
		}
	}
	return nil
}

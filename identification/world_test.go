package identification_test

import (
	"context"
	"testing"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/identification"
	"istmo/testkit"
)

const reasons = "Indicadores coherentes con el relato y con el lugar."

// team is Costa Rica with an ERI of five, or another country's team.
type team struct {
	*testkit.World
	t      *testing.T
	at     *testkit.Country
	eva    access.Who   // of the team, and who accompanies people
	voters []access.Who // one per seat
	fiscal access.Who
}

func newTeam(t *testing.T, node string) *team {
	w := testkit.NewWorld(t)
	e := &team{World: w, t: t, at: w.Start(node)}
	e.at.Agency("team", "response-team", "Equipo (ficticio)")
	e.at.Agency("ninez", "child-authority", "Niñez (ficticia)")
	e.at.Agency("fiscalia", "prosecutor", "Fiscalía (ficticia)")
	e.eva, e.fiscal = e.at.User("eva", "team", "response-team", "case-worker"), e.at.User("fiscal", "fiscalia", "prosecutor")
	foco := e.at.User("foco", "team", "focal-point")
	for _, code := range []string{"uno", "dos", "tres", "cuatro"} {
		e.at.Agency(code, "health", "Institución "+code+" (ficticia)")
		e.voters = append(e.voters, e.at.User(code, code, "case-worker"))
		testkit.Must(t, e.at, foco, identification.Seat{Member: e.at.AgencyID(code)})
	}
	e.voters = append(e.voters, e.eva)
	testkit.Must(t, e.at, foco, identification.Seat{Member: e.eva.ID})
	return e
}

func (e *team) person(words string) string {
	e.t.Helper()
	return testkit.Must(e.t, e.at, e.eva, cases.Register{Place: "Paso Canoas", Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Languages: []string{"es"}},
		Identity: cases.Identity{GivenNames: "Ficticia", Account: words}}).Object
}

func (e *team) begin(person string) identification.On {
	e.t.Helper()
	return identification.On{ID: testkit.Must(e.t, e.at, e.eva, identification.Begin{Person: person}).Object}
}

func (e *team) see(who access.Who, on identification.On) (identification.View, error) {
	return act.Look(context.Background(), e.at.Engine, who, identification.Open{On: on})
}

func (e *team) view(on identification.On) identification.View {
	e.t.Helper()
	v, err := e.see(e.eva, on)
	if err != nil {
		e.t.Fatal(err)
	}
	return v
}

func do[O access.Object](e *team, who access.Who, c act.Command[O]) error {
	_, err := act.Do(context.Background(), e.at.Engine, who, c)
	return err
}

func said(on identification.On, number string) identification.Reasoned {
	return identification.Reasoned{On: on, Number: number, Reasons: reasons}
}

// everybody votes, so many for.
func (e *team) vote(on identification.On, inFavour int) {
	e.t.Helper()
	for i, who := range e.voters {
		choice := identification.Accredits
		if i >= inFavour {
			choice = identification.NotAccredits
		}
		testkit.Must(e.t, e.at, who, identification.CastVote{On: on, Choice: choice, Reasons: reasons})
	}
}

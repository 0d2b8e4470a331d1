package people

import (
	"slices"

	"istmo/access"
	"istmo/fault"
)

// CheckRoles says what is wrong with giving these roles to one account. An
// administrator holds no other role: who hands out access neither reads a
// person's file nor audits what they themselves have done.
func CheckRoles(roles []string) error {
	var check fault.Check
	check.That(len(roles) > 0, "roles", "people.roles-none")
	for _, r := range roles {
		check.That(slices.Contains(access.Roles, access.Role(r)), "roles", "people.role-unknown")
	}
	alone := !slices.Contains(roles, string(access.Administrator)) || len(distinct(roles)) == 1
	check.That(alone, "roles", "people.administrator-alone")
	return check.Err()
}

// distinct is words in order, each once.
func distinct(words []string) []string {
	sorted := slices.Clone(words)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

func rolesOf(words []string) []access.Role {
	roles := make([]access.Role, len(words))
	for i, w := range words {
		roles[i] = access.Role(w)
	}
	return roles
}

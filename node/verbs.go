package node

import (
	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/jointfiles"
	"istmo/ledger"
	"istmo/referrals"
)

// verbs is every verb of the node: the table of contents.
func verbs() *act.Catalogue {
	return act.NewCatalogue(
		act.Of[people.AddAgency](),
		act.Of[people.SetEscalation](),
		act.Of[people.AddUser](),
		act.Of[people.InviteUser](),
		act.Of[people.DisableUser](),
		act.Of[people.EnableUser](),
		act.Of[people.ChangeRoles](),
		act.Of[people.IssueToken](),
		act.Of[people.RevokeToken](),
		act.Of[people.EndSession](),
		act.Of[people.SetLanguage](),
		act.Opening[people.OpenUser, people.User, people.Profile](),
		act.Opening[people.ShowInvite, people.User, string](),
		act.Opening[people.ShowToken, people.Token, string](),
		act.Listing[people.ListUsers, []people.User](),
		act.Listing[people.ListAgencies, []people.Agency](),

		act.Of[cooperation.AddPartner](),
		act.Of[cooperation.RemovePartner](),
		act.Of[cooperation.SuspendPartner](),
		act.Of[cooperation.ResumePartner](),
		act.Listing[cooperation.Partners, []cooperation.Partner](),
		act.Of[cooperation.ProposeAgreement](),
		act.Of[cooperation.SignAgreement](),
		act.Of[cooperation.SuspendAgreement](),
		act.Of[cooperation.ResumeAgreement](),
		act.Of[cooperation.EndAgreement](),
		act.Of[cooperation.MirrorAgreement]().Between(),
		act.Of[cooperation.MirrorAgency]().Between(),
		act.Listing[cooperation.Agreements, []cooperation.Agreement](),
		act.Listing[cooperation.Directory, []cooperation.Agency](),

		act.Of[cases.Register](),
		act.Of[cases.Describe](),
		act.Of[cases.Identify](),
		act.Of[cases.DecideStatus](),
		act.Of[cases.RecordConsent](),
		act.Of[cases.WithdrawConsent](),
		act.Of[cases.AssessRisk](),
		act.Of[cases.RecordBestInterests](),
		act.Of[cases.Assign](),
		act.Of[cases.Unassign](),
		act.Of[cases.BreakGlass](),
		act.Of[cases.ReviewGlass](),
		act.Of[cases.Erase](),
		act.Of[cases.ImportRecord](),
		act.Of[cases.DiscardImport](),
		act.Opening[cases.Open, cases.Person, cases.File](),
		act.Opening[cases.ExportRecord, cases.Person, cases.Exported](),
		act.Opening[cases.GlassReview, cases.Glass, cases.GlassOpened](),
		act.Listing[cases.People, []cases.Line](),
		act.Listing[cases.Count, cases.Counted](),
		act.Listing[cases.BrokenGlass, []cases.Glass](),

		act.Of[referrals.Start](),
		act.Of[referrals.Choose](),
		act.Of[referrals.ConfirmConsent](),
		act.Of[referrals.Send](),
		act.Of[referrals.Acknowledge](),
		act.Of[referrals.RequestInformation](),
		act.Of[referrals.SupplyInformation](),
		act.Of[referrals.Accept](),
		act.Of[referrals.Decline](),
		act.Of[referrals.Redirect](),
		act.Of[referrals.PrepareReception](),
		act.Of[referrals.StartTransfer](),
		act.Of[referrals.ConfirmArrival](),
		act.Of[referrals.ReportNotArrived](),
		act.Of[referrals.Follow](),
		act.Of[referrals.Close](),
		act.Of[referrals.Suspend](),
		act.Of[referrals.Resume](),
		act.Of[referrals.Discard](),
		act.Of[referrals.Withdraw](),
		act.Of[referrals.AnswerRecall](),
		act.Of[referrals.Mirror]().Between(),
		act.Of[referrals.Words]().Between(),
		act.Of[referrals.Package]().Between(),
		act.Of[referrals.Recall]().Between(),
		act.Opening[referrals.Open, referrals.Referral, referrals.View](),
		act.Opening[referrals.Review, referrals.Referral, referrals.Departure](),
		act.Listing[referrals.List, []referrals.Line](),
		act.Opening[referrals.Consider, cases.Person, referrals.Outlook](),
		act.Listing[referrals.Count, referrals.Counted](),
		act.Listing[referrals.Desk, []referrals.Line](),

		act.Of[jointfiles.Propose](),
		act.Of[jointfiles.Agree](),
		act.Of[jointfiles.Decline](),
		act.Of[jointfiles.Append](),
		act.Of[jointfiles.Review](),
		act.Of[jointfiles.Extend](),
		act.Of[jointfiles.Close](),
		act.Of[jointfiles.Mirror]().Between(),
		act.Of[jointfiles.Carry]().Between(),
		act.Of[jointfiles.SendAgain]().Between(),
		act.Opening[jointfiles.Open, jointfiles.File, jointfiles.View](),
		act.Listing[jointfiles.List, []jointfiles.Line](),
		act.Listing[jointfiles.Count, jointfiles.Counted](),

		act.Listing[act.History, []ledger.Deed](),
		act.Listing[act.Count, act.Counted](),
		act.Listing[act.Findings, []ledger.Finding](),
		act.Of[act.Settle](),
		act.Listing[act.Prove, ledger.Inclusion](),
	)
}

// may reports whether somebody's roles let them do a verb at all.
func may(who access.Who, verb access.Verb) bool { return access.Could(who, verb) }
